#!/bin/sh
# A virtual machine on the network of the stack: real firmware, the network card's own boot ROM, the
# loader and config that pxed names, and a kernel that says what it was given. Ends with 0 only if that
# is what the seed asked for.
set -eu

# The kernel and its initrd, under the names that the seed's profiles give.
mkdir -p "/srv/tftp/$(dirname "$KERNEL")" "/srv/tftp/$(dirname "$INITRD")"
cp /usr/lib/pxed/machine/vmlinuz "/srv/tftp/$KERNEL"
cp /usr/lib/pxed/machine/initrd.img "/srv/tftp/$INITRD"
chmod 644 "/srv/tftp/$KERNEL" "/srv/tftp/$INITRD"

# The machine's card and the container's stand on one bridge.
ip address flush dev eth0
ip link add br0 type bridge forward_delay 0
ip link set eth0 master br0
ip tuntap add dev tap0 mode tap
ip link set tap0 master br0
ip link set tap0 up
ip link set br0 up

guard_seconds=500 # without KVM a kernel takes a minute
timeout "$guard_seconds" qemu-system-x86_64 -M q35 -accel kvm -accel tcg -m 512 -display none \
  -monitor none -no-reboot -serial file:/tmp/serial -boot n \
  -netdev tap,id=net,ifname=tap0,script=no,downscript=no \
  -device "virtio-net-pci,netdev=net,mac=$VM_MAC,bootindex=1" ||
  { tail -n 20 /tmp/serial; exit 1; }

tr -d '\r' </tmp/serial | sed -n '/=== boot report/,/=== end of boot report/p' >/tmp/report
cat /tmp/report
bad=0
for line in "mac: $VM_MAC" "address: $VM_ADDRESS/24" "server: $SERVER" \
  "$(echo "$VM_ARGS" | sed 's/{{host.id}}/vm/')"; do
  grep -qF "$line" /tmp/report || { echo "NOT AS ASKED: the report lacks \"$line\""; bad=1; }
done
[ "$bad" = 0 ] && echo "== all as the seed asked"
exit "$bad"
