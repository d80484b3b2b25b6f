#!/bin/sh
# Fills the stack's pxed, through pxeadm only: the boot files, a subnet, two profiles, three hosts.
# What is there is brought to what is asked here; what else is there stays.
set -eu

# put NOUN ID FLAG...: creates it, or updates it where it is there.
put() {
  noun=$1 id=$2
  shift 2
  code=0
  pxeadm "$noun" get "$id" >/dev/null 2>&1 || code=$?
  not_found=4
  case $code in
    0) pxeadm "$noun" update "$id" "$@" ;;
    "$not_found") pxeadm "$noun" create "$id" "$@" ;;
    *) pxeadm "$noun" get "$id" ;;
  esac
}

pxeadm status --wait 30s
pxeadm bootfiles install --root /srv/tftp --from /usr/lib/pxed/loaders | tail -n 3

echo "leases from an earlier run, if any:"
pxeadm lease list

put subnet lab --cidr "$NET.0/24" --pool "$NET.100-$NET.199" --router "$NET.1"
put profile install --kernel "$KERNEL" --initrd "$INITRD" --args "$CLIENT_ARGS"
put profile live --kernel "$KERNEL" --initrd "$INITRD" --args "$VM_ARGS"
put host client --mac "$CLIENT_MAC" --address "$CLIENT_ADDRESS" --profile install
put host vm --mac "$VM_MAC" --address "$VM_ADDRESS" --profile live
put host spare --mac 52:54:00:99:00:03 --profile install
