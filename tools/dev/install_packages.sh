#!/usr/bin/env bash
# Installs Debian packages so that nothing on this computer starts because of it: while apt runs,
# /usr/sbin/policy-rc.d answers 101, "do not start services". Run as root: install_packages.sh PACKAGE...
set -euo pipefail

policy=/usr/sbin/policy-rc.d
mark='# pxed ./dev: for the time of one installation'

restore() {
  if [[ -e $policy.before-pxed ]]; then
    mv "$policy.before-pxed" "$policy"
  elif grep -qsF "$mark" "$policy"; then
    rm "$policy"
  fi
}

restore # what an installation that was killed outright has left
trap restore EXIT
trap 'exit 130' INT TERM HUP
if [[ -e $policy ]]; then
  mv "$policy" "$policy.before-pxed"
fi
printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends "$@"
