"""Disks for the lab's machines: all they can do is say on the serial port that they were started.

The BIOS one is a boot sector of our own; the UEFI one an EFI system partition with Debian's GRUB
and a config that prints the mark. Both switch the machine off when they have said it.
"""

import pathlib

from . import shell

MARK = "started from the local disk"

_SECTOR_BYTES = 512
_SECTORS = 64 * 2048  # 64 MiB
_PARTITION_START = 2048
_PARTITION_SECTORS = _SECTORS - 2 * _PARTITION_START  # the end of a GPT disk is its backup's

_GRUB_CFG = f"""echo "{MARK}"
halt
"""


def bios(path):
    """A disk whose boot sector prints the mark."""
    pathlib.Path(path).write_bytes(_boot_sector().ljust(_SECTORS * _SECTOR_BYTES, b"\0"))
    return path


def _boot_sector():
    text = f"\r\n{MARK}\r\n".encode() + b"\0"
    code = bytes.fromhex(
        "31c0 8ed8 fc"  #       xor ax,ax; mov ds,ax; cld
        "be 1d7c baf803"  #     mov si,text; mov dx,0x3f8: the first serial port
        "ac 84c0 7403 ee ebf8"  # next: lodsb; test al,al; jz off; out dx,al; jmp next
        "ba0406 b80020 ef"  #   off: out 0x604,0x2000: QEMU's q35 switches itself off
        "f4 ebfd"  #            hlt; jmp to it
    )
    return (code + text).ljust(_SECTOR_BYTES - 2, b"\0") + b"\x55\xaa"


def uefi(path, grub):
    """A GPT disk with an EFI system partition, where `grub` is what firmware starts.

    That is Debian's signed one for disks, which looks for its config in /EFI/debian.
    """
    with open(path, "wb") as image:
        image.truncate(_SECTORS * _SECTOR_BYTES)
    layout = f"label: gpt\nstart={_PARTITION_START}, size={_PARTITION_SECTORS}, type=U\n"
    shell.run("sfdisk", "--quiet", path, stdin=layout)
    partition = f"{path}@@{_PARTITION_START * _SECTOR_BYTES}"
    shell.run("mformat", "-i", partition, "-T", _PARTITION_SECTORS, "::")
    shell.run("mmd", "-i", partition, "::EFI", "::EFI/BOOT", "::EFI/debian")
    shell.run("mcopy", "-i", partition, grub, "::EFI/BOOT/BOOTX64.EFI")
    shell.run("mcopy", "-i", partition, "-", "::EFI/debian/grub.cfg", stdin=_GRUB_CFG)
    return path
