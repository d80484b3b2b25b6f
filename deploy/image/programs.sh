#!/bin/sh
# programs.sh SOURCE FOLDER: pxed and pxeadm, stripped, from SOURCE/bin where they are there already,
# else built of the source.
set -eu
source=$1 folder=$2
if [ -x "$source/bin/pxed" ]; then
  built=$source/bin
else
  /image/with_apt.sh "$source/dev" build
  built=$source/build/release/bin
fi
mkdir -p "$folder"
install "$built/pxed" "$built/pxeadm" "$folder"
! command -v strip >/dev/null || strip "$folder/pxed" "$folder/pxeadm"
