#!/bin/sh
# loaders.sh FOLDER: Debian's boot loaders unpacked there, for `pxeadm bootfiles install --from`.
set -eu
apt-get update -qq
scratch=$(mktemp -d)
cd "$scratch"
apt-get download -qq -o APT::Sandbox::User=root \
  pxelinux syslinux-efi syslinux-common ipxe grub-efi-amd64-signed shim-signed
for package in ./*.deb; do
  dpkg-deb -x "$package" "$1"
done
rm -rf "$scratch" "${1:?}/usr/share" /var/lib/apt/lists/*
