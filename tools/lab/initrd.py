"""The initrd of the lab's machines: busybox and an init that reports what the machine was given.

Written as a cpio archive by hand (format "newc", Documentation/driver-api/early-userspace in the
kernel), because that needs neither root nor a scratch tree.
"""

import gzip
import pathlib
import stat

BUSYBOX = pathlib.Path("/bin/busybox")

# In the order in which they must be loaded; names as in the cloud kernel of Debian 12.
VIRTIO_MODULES = (
    "drivers/virtio/virtio_ring",
    "drivers/virtio/virtio",
    "drivers/virtio/virtio_pci_modern_dev",
    "drivers/virtio/virtio_pci_legacy_dev",
    "drivers/virtio/virtio_pci",
    "net/core/failover",
    "drivers/net/net_failover",
    "drivers/net/virtio_net",
)

REPORT_BEGIN = "=== boot report ==="
REPORT_END = "=== end of boot report ==="

_INIT = f"""#!/bin/busybox sh
# The only program of the lab's machines: bring the network up, say what we were given, power off.
export PATH=/bin
busybox mkdir -p /proc /sys /dev
busybox mount -t proc proc /proc
busybox mount -t sysfs sys /sys
busybox mount -t devtmpfs dev /dev
exec </dev/console >/dev/console 2>&1
busybox dmesg -n 1
busybox dmesg | busybox grep -qi "secure boot enabled" && secure=-secure
for module in $(busybox cat /modules/order); do busybox insmod "/modules/$module"; done
busybox ip link set eth0 up
busybox udhcpc -i eth0 -f -q -n -t 10 -T 2 -s /on-lease
echo
echo "{REPORT_BEGIN}"
echo "cmdline: $(busybox cat /proc/cmdline)"
echo "mac: $(busybox cat /sys/class/net/eth0/address)"
echo "firmware: $([ -d /sys/firmware/efi ] && echo uefi$secure || echo bios)"
busybox cat /lease
echo "uptime: $(busybox cut -d ' ' -f 1 /proc/uptime)"
echo "{REPORT_END}"
busybox poweroff -f
"""

_ON_LEASE = """#!/bin/busybox sh
[ "$1" = bound ] || exit 0
busybox ip addr add "$ip/$mask" dev eth0
{
  echo "address: $ip/$mask"
  echo "router: $router"
  echo "dns: $dns"
  echo "hostname: $hostname"
  echo "server: $serverid"
  echo "lease: $lease"
} >/lease
"""


def _entry(name, mode, data=b""):
    """One file or folder. The kernel minds inode numbers only for hard links: all are 0."""
    path = name.encode() + b"\0"
    fields = (0, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(path), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + path
    return _padded(head) + _padded(data)


def _padded(data):
    return data + b"\0" * (-len(data) % 4)


def build(kernel_tree, target):
    """Writes the initrd for the kernel unpacked at `kernel_tree` (it has lib/modules/VERSION)."""
    (modules,) = (pathlib.Path(kernel_tree) / "lib/modules").iterdir()
    program = stat.S_IFREG | 0o755
    archive = [_entry(name, stat.S_IFDIR | 0o755) for name in ("bin", "modules")]
    archive.append(_entry("bin/busybox", program, BUSYBOX.read_bytes()))
    archive.append(_entry("init", program, _INIT.encode()))
    archive.append(_entry("on-lease", program, _ON_LEASE.encode()))
    names = []
    for module in VIRTIO_MODULES:
        source = modules / "kernel" / f"{module}.ko"
        names.append(source.name)
        archive.append(_entry(f"modules/{source.name}", program, source.read_bytes()))
    archive.append(_entry("modules/order", program, " ".join(names).encode()))
    archive.append(_entry("TRAILER!!!", 0))
    pathlib.Path(target).write_bytes(gzip.compress(b"".join(archive), 6, mtime=0))
