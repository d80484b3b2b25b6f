#!/bin/sh
# A boot ROM without a machine: takes a lease as one does, fetches the loader that the lease names and
# the config that this loader would ask for, and shows all of it. Ends with 0 only if each is what
# the seed asked for, and otherwise says what is not.
set -eu

bad=0
differs() {
  echo "NOT AS ASKED: $*"
  bad=1
}

# expect WHAT IS WANTED
expect() {
  [ "$2" = "$3" ] || differs "$1 is $2, not $3"
}

# fetch NAME FILE
fetch() {
  busybox tftp -g -b 1408 -r "$1" -l "$2" "$next_server" 2>/tmp/said || differs "$1 could not be fetched: $(tail -n 1 /tmp/said)"
}

# config_has LINE
config_has() {
  grep -qxF "$1" /tmp/config || differs "the config lacks \"$1\""
}

# Vendor class, architecture and machine identifier of a BIOS ROM: options 60, 93 and 97.
busybox udhcpc -i eth0 -f -q -n -t 10 -T 2 -s /usr/lib/pxed/stack/lease.sh \
  -V PXEClient:Arch:00000:UNDI:002001 -x 93:0000 -x 97:0052540099000100000000000000000001 \
  -O 66 -O 67 2>&1 | sed 's/^/  /'
[ -s /tmp/lease ] || { echo "no lease"; exit 1; }
echo "== lease"
sed 's/=/: /; s/^/  /' /tmp/lease
address='' server='' next_server='' loader=''
# shellcheck disable=SC1091  # lease.sh has written it
. /tmp/lease
# shellcheck disable=SC2153  # in capitals is what was asked for
{
  expect address "$address" "$CLIENT_ADDRESS/24"
  expect "the DHCP server" "$server" "$SERVER"
  expect "the next server" "$next_server" "$SERVER"
  expect "the loader" "$loader" "$LOADER"
}

fetch "$loader" /tmp/loader
echo "== loader $loader"
echo "  $(wc -c </tmp/loader) bytes, SHA-256 $(sha256sum /tmp/loader | cut -c 1-64)"
cmp /tmp/loader "/srv/tftp/$LOADER" || differs "the loader is another file"

config=pxelinux.cfg/01-$(echo "$CLIENT_MAC" | tr : -)
fetch "$config" /tmp/config
echo "== config $config"
sed 's/^/  /' /tmp/config
config_has "  linux ::$KERNEL"
config_has "  initrd ::$INITRD"
config_has "  append $(echo "$CLIENT_ARGS" | sed 's/{{host.id}}/client/')"

[ "$bad" = 0 ] && echo "== all as the seed asked"
exit "$bad"
