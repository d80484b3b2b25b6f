"""The TFTP root of the lab: Debian's loaders, its cloud kernel and our initrd.

BIOS and EFI builds of the syslinux modules have the same names (menu.c32), and each core loads its
own from beside itself. In the "root" layout both loaders lie in the root, as pxed expects by
default: `ldlinux.c32` and `ldlinux.e64` differ, so plain configs work for both, and the other
modules there are the BIOS ones. The "folders" layout keeps them apart: `bios/` and `efi64/`.
"""

import os
import pathlib
import shutil

from . import initrd, shell

_PXELINUX = pathlib.Path("/usr/lib/PXELINUX/pxelinux.0")
_SYSLINUX_EFI = pathlib.Path("/usr/lib/SYSLINUX.EFI/efi64/syslinux.efi")
_MODULES = pathlib.Path("/usr/lib/syslinux/modules")
_MENU_MODULES = ("menu.c32", "vesamenu.c32", "libutil.c32", "libcom32.c32")

KERNEL = "debian/vmlinuz"
INITRD = "debian/initrd.img"

# Where each layout keeps the loaders, by firmware: (loader, folder of modules, core module).
LAYOUTS = {
    "root": {"bios": "pxelinux.0", "uefi": "syslinux.efi"},
    "folders": {"bios": "bios/pxelinux.0", "uefi": "efi64/syslinux.efi"},
}


def kernel_tree():
    """Where `./dev` has unpacked the kernel package."""
    trees = sorted((shell.ROOT / "build/lab").glob("linux-image-*/boot"))
    if not trees:
        raise FileNotFoundError("no kernel under build/lab; ./dev demo and ./dev test fetch it")
    return trees[-1].parent


def make_root(target, layout="root"):
    """Fills `target` with the loaders in the given layout, the kernel and the initrd."""
    target = pathlib.Path(target)
    places = LAYOUTS[layout]
    _copy(_PXELINUX, target / places["bios"])
    _copy(_SYSLINUX_EFI, target / places["uefi"])
    bios, uefi = (target / places[kind] for kind in ("bios", "uefi"))
    for name in ("ldlinux.c32", *_MENU_MODULES):
        _copy(_MODULES / "bios" / name, bios.parent / name)
    _copy(_MODULES / "efi64" / "ldlinux.e64", uefi.parent / "ldlinux.e64")
    if uefi.parent != bios.parent:
        for name in _MENU_MODULES:
            _copy(_MODULES / "efi64" / name, uefi.parent / name)
    tree = kernel_tree()
    (kernel,) = (tree / "boot").glob("vmlinuz-*")
    _link(kernel, target / KERNEL)
    _link(_cached_initrd(tree), target / INITRD)
    for path in [target, *target.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)  # pxed may run as another user
    return target


def _cached_initrd(tree):
    """Rebuilt when the kernel or the recipe is newer."""
    image = tree / "initrd.img"
    sources = [pathlib.Path(initrd.__file__), tree / "boot", initrd.BUSYBOX]
    if not image.exists() or any(s.stat().st_mtime > image.stat().st_mtime for s in sources):
        partial = image.with_suffix(f".{os.getpid()}")
        initrd.build(tree, partial)
        partial.rename(image)
    return image


def _copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _link(source, target):
    """A hard link where the file system allows one: the kernel is large."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
