"""The TFTP root of the lab: Debian's loaders, its cloud kernel and our initrd.

The loaders are put there by `pxeadm bootfiles install`: those of firmware in the root, under the
names that pxed expects by default, and the two syslinux families once more in folders, each with
its modules beside it. lpxelinux.0, and a GRUB for BIOS that Debian has in parts only, are added.
"""

import os
import pathlib
import shutil

from . import daemon, initrd, shell

_LAB = shell.ROOT / "build/lab"

# Where `./dev` has unpacked loaders; the others are installed.
_TREES = ("/", *(_LAB / package for package in ("ipxe", "grub-efi-amd64-signed", "shim-signed")))

# Debian's GRUB as it lies on disks: for a machine that has one.
DISK_GRUB = _LAB / "grub-efi-amd64-signed/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed"

# For BIOS, besides pxelinux.0 and iPXE.
LPXELINUX = "lpxelinux.0"
BIOS_GRUB = "grub-bios.0"
_BIOS_GRUB_MODULES = ("pxe", "tftp", "net", "normal", "configfile", "linux", "echo", "test")

KERNEL = "debian/vmlinuz"
INITRD = "debian/initrd.img"

# The syslinux loaders, by firmware: built in, and those with modules beside them.
LOADERS = {"bios": "pxelinux.0", "uefi": "syslinux.efi"}
LOADERS_WITH_MODULES = {"bios": "bios/pxelinux.0", "uefi": "efi64/syslinux.efi"}


def kernel_tree():
    """Where `./dev` has unpacked the kernel package."""
    trees = sorted(_LAB.glob("linux-image-*/boot"))
    if not trees:
        raise FileNotFoundError("no kernel under build/lab; ./dev demo and ./dev test fetch it")
    return trees[-1].parent


def make_root(target):
    """Fills `target` with the loaders, the kernel and the initrd."""
    target = pathlib.Path(target)
    trees = [word for tree in _TREES for word in ("--from", tree)]
    shell.run(daemon.programs() / "pxeadm", "bootfiles", "install", "--root", target, *trees)
    _link("/usr/lib/PXELINUX/lpxelinux.0", target / LPXELINUX)
    _make_bios_grub(target / BIOS_GRUB)
    tree = kernel_tree()
    (kernel,) = (tree / "boot").glob("vmlinuz-*")
    _link(kernel, target / KERNEL)
    _link(_cached_initrd(tree), target / INITRD)
    for path in [target, *target.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)  # pxed may run as another user
    return target


def _make_bios_grub(target):
    """One that looks for grub/grub.cfg, as Debian's signed one for UEFI does."""
    shell.run(_LAB / "grub-common/usr/bin/grub-mkimage", "-O", "i386-pc-pxe", "-p", "(pxe)/grub",
              "-d", _LAB / "grub-pc-bin/usr/lib/grub/i386-pc", "-o", target, *_BIOS_GRUB_MODULES)


def _cached_initrd(tree):
    """Rebuilt when the kernel or the recipe is newer."""
    image = tree / "initrd.img"
    sources = [pathlib.Path(initrd.__file__), tree / "boot", initrd.BUSYBOX]
    if not image.exists() or any(s.stat().st_mtime > image.stat().st_mtime for s in sources):
        partial = image.with_suffix(f".{os.getpid()}")
        initrd.build(tree, partial)
        partial.rename(image)
    return image


def _link(source, target):
    """A hard link where the file system allows one: the kernel is large."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
