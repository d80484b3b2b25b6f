#!/bin/sh
# with_apt.sh COMMAND...: runs it so that apt-get goes the way of the computer that builds, where
# `./dev stack` has put that beside this file; else the way of the base image.
set -eu
settings=/image/apt.conf
[ ! -e "$settings" ] || export APT_CONFIG="$settings"
export DEBIAN_FRONTEND=noninteractive
exec "$@"
