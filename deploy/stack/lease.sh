#!/bin/sh
# What udhcpc runs, with the lease in variables: notes it, and makes its address ours.
[ "$1" = bound ] || exit 0
set -eu
# shellcheck disable=SC2154  # udhcpc sets these
{
  echo "address=$ip/$mask"
  echo "seconds=$lease"
  echo "server=$serverid"
  echo "next_server=$siaddr"
  echo "loader=$boot_file"
} >/tmp/lease
busybox ip address flush dev eth0
busybox ip address add "$ip/$mask" dev eth0
