#!/bin/sh
# install.sh PACKAGE...: Debian packages, and nothing of apt's own left behind.
set -eu
with_apt=/image/with_apt.sh
"$with_apt" apt-get update -qq
"$with_apt" apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends "$@"
apt-get clean
rm -rf /var/lib/apt/lists/*
