#!/bin/sh
# machine.sh LAB FOLDER: what a virtual machine boots, Debian's cloud kernel and the initrd of our lab.
set -eu
lab=$1 folder=$2
apt-get update -qq
package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ { print $2; exit }')
scratch=$(mktemp -d)
cd "$scratch"
apt-get download -qq -o APT::Sandbox::User=root "$package"
dpkg-deb -x ./*.deb tree
mkdir -p "$folder"
cp tree/boot/vmlinuz-* "$folder/vmlinuz"
PYTHONPATH=$(dirname "$lab") python3 -c '
import sys
from lab import initrd
initrd.build("tree", sys.argv[1])
' "$folder/initrd.img"
rm -rf "$scratch" /var/lib/apt/lists/*
