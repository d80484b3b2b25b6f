"""A virtual machine that boots over the network and tells what it was given.

QEMU without KVM: slow (10 to 40 s to a kernel), but the firmware is the real thing.
"bios": SeaBIOS with the iPXE ROM of the virtio card. "uefi": OVMF with its own PXE client; the card
has no ROM there, or iPXE's EFI driver would take over. "uefi-secure": the same with Secure Boot
switched on and Microsoft's keys, as machines are sold.

A machine may have a disk (disk.py): it is behind the card in the boot order.
"""

import pathlib
import re
import shutil
import subprocess
import time

from . import initrd, shell

# By firmware: OVMF's code, its variables, and what QEMU must be told besides.
_OVMF = pathlib.Path("/usr/share/OVMF")
_UEFI = {
    "uefi": ("OVMF_CODE_4M.fd", "OVMF_VARS_4M.fd", []),
    "uefi-secure": ("OVMF_CODE_4M.secboot.fd", "OVMF_VARS_4M.ms.fd",
                    ["-machine", "smm=on",
                     "-global", "driver=cfi.pflash01,property=secure,value=on"]),
}
HANG_GUARD_SECONDS = 240


class Machine:
    """One machine on a tap of `net`; its files lie in `folder`. Ends when the block is left."""

    def __init__(self, net, name, firmware, mac, folder, uuid=None, disk=None):
        self.net = net
        self.name = name
        self.tap = f"tap-{name}"
        self.firmware = firmware
        self.mac = mac
        self.uuid = uuid
        self.disk = disk
        self.folder = pathlib.Path(folder)
        self.serial_path = self.folder / f"{name}.serial"
        self.process = None
        self.started = None

    def __enter__(self):
        tap = self.net.tap(self.tap)
        self.serial_path.write_text("")
        with open(self.folder / f"{self.name}.qemu", "wb") as log:
            self.process = self.net.spawn(self._command(tap), stdout=log)
        self.started = time.monotonic()
        return self

    def __exit__(self, *_):
        if self.process:
            shell.stop(self.process)
        self.net.remove_tap(self.tap)

    def _command(self, tap):
        command = ["qemu-system-x86_64", "-name", self.name, "-M", "q35", "-accel", "tcg"]
        command += ["-m", "512", "-display", "none", "-monitor", "none", "-no-reboot"]
        command += ["-serial", f"file:{self.serial_path}"]
        command += ["-netdev", f"tap,id=net,ifname={tap},script=no,downscript=no"]
        card = f"virtio-net-pci,netdev=net,mac={self.mac},bootindex=1"
        if self.uuid:
            command += ["-uuid", self.uuid]
        if self.firmware in _UEFI:
            code, pristine, switches = _UEFI[self.firmware]
            variables = self.folder / f"{self.name}.vars"
            shutil.copyfile(_OVMF / pristine, variables)
            command += switches
            command += ["-drive", f"if=pflash,format=raw,readonly=on,file={_OVMF / code}"]
            command += ["-drive", f"if=pflash,format=raw,file={variables}"]
            card += ",romfile="
        else:
            command += ["-boot", "n"]
        if self.disk:
            command += ["-drive", f"if=none,id=disk,format=raw,snapshot=on,file={self.disk}"]
            command += ["-device", "virtio-blk-pci,drive=disk,bootindex=2"]
        return command + ["-device", card]

    def serial(self):
        return self.serial_path.read_text(errors="replace").replace("\r", "")

    def report(self):
        """What the init inside has said, as a dict; None while it has not finished saying it."""
        text = self.serial()
        pattern = f"{initrd.REPORT_BEGIN}\n(.*?){initrd.REPORT_END}"
        match = re.search(pattern, text, re.DOTALL)
        if not match:
            return None
        pairs = (line.split(":", 1) for line in match.group(1).splitlines() if ":" in line)
        return {key.strip(): value.strip() for key, value in pairs}

    def wait_off(self, seconds=HANG_GUARD_SECONDS):
        """Waits until the machine has powered itself off; returns what its serial port said."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"{self.name} did not power off in {seconds} s; {self._tail()}")
        return self.serial()

    def wait(self, seconds=HANG_GUARD_SECONDS):
        """Waits until the kernel's init has reported and powered off; returns its report."""
        self.wait_off(seconds)
        report = self.report()
        if report is None:
            raise RuntimeError(f"{self.name} ended without a report; {self._tail()}")
        return report

    def _tail(self):
        qemu = (self.folder / f"{self.name}.qemu").read_text(errors="replace")
        return f"it said:\n{qemu}{self.serial()[-2000:]}"
