#!/bin/sh
# Tells a new pxed what the compose stack boots, through the public API only. Safe to repeat.
set -eu
pxeadm status --wait 30s
pxeadm subnet get lab >/dev/null 2>&1 && exit 0
pxeadm profile create debian --kernel vmlinuz --initrd initrd.img --args "console=ttyS0 host={{host.id}}"
pxeadm subnet create lab --cidr 10.99.0.0/24 --pool 10.99.0.100-10.99.0.199 --router 10.99.0.1
pxeadm host create client --mac 52:54:00:99:00:01 --address 10.99.0.20 --profile debian
