#!/bin/sh
# A PXE client without firmware: gets its lease as a BIOS ROM does and fetches what it is told to.
set -eu
mac=$(cat /sys/class/net/eth0/address)
busybox udhcpc -i eth0 -f -q -n -t 10 -V PXEClient:Arch:00000:UNDI:002001 -x 93:0000 -O 67 -s /bin/true
config=pxelinux.cfg/01-$(echo "$mac" | tr : -)
for file in pxelinux.0 "$config"; do
  busybox tftp -g -b 1408 -r "$file" -l /tmp/fetched 10.99.0.2
  echo "fetched $file, $(wc -c </tmp/fetched) bytes"
done
cat /tmp/fetched
