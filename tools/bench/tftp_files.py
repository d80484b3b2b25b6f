"""What is fetched: two files that all servers have, and boot configs: files for the peers, hosts for pxed.

All configs are one text with the MAC address of a machine in it, the one that pxed renders.
"""

import os
import pathlib
import shutil

from lab import daemon, shell

from . import link as wire

BIG = 64 << 20
MIDDLE = 1 << 20
CONFIG_BYTES = 300
MARK = "@MAC@"
_ARGUMENTS = "console=ttyS0,115200n8 ip=dhcp mac={{nic.mac}} disk={{vars.disk}} quiet "


class Files:
    def __init__(self, folder, configs):
        self.folder = pathlib.Path(folder)
        self.configs = configs
        self.root = self.folder / "files"  # of the peers
        self.pxed_root = self.folder / "pxed_files"
        self.text_path = self.folder / "config.txt"

    def make(self):
        os.chmod(self.folder, 0o755)  # the peers are nobody
        for root in (self.root, self.pxed_root):
            root.mkdir()
        for name, size in (("big", BIG), ("middle", MIDDLE)):
            shell.run(wire.program("tftp_load"), "--make", self.root / name, "--bytes", size)
            os.link(self.root / name, self.pxed_root / name)
        text = self._fill_pxed()
        self.text_path.write_text(text)
        folder = self.root / "pxelinux.cfg"
        folder.mkdir()
        for number in range(self.configs):
            mac = _mac(number)
            name = "01-" + mac.replace(":", "-")
            (folder / name).write_text(text.replace(MARK, mac))

    def pxed(self, link, *flags):
        """Always with the same state."""
        return daemon.Control(link.server, self.folder, "--tftp-root", self.pxed_root,
                              "--interface", "eth0", *flags, name="pxed", roles=())

    def _fill_pxed(self):
        """Its hosts. What they boot, as one text."""
        with wire.Link("prepare") as link, self.pxed(link) as pxed:
            pxed.adm("profile", "create", "install", "--kernel", "debian/vmlinuz",
                     "--initrd", "debian/initrd.img", "--var", "disk=/dev/sda",
                     "--args", _ARGUMENTS)
            pxed.adm("subnet", "create", "lab", "--cidr", wire.NETWORK, "--unknown", "ignore")
            hosts = self.folder / "hosts.json"
            hosts.write_text("[" + ",".join(
                f'{{"name":"hosts/m{number}","nics":[{{"mac":"{_mac(number)}"}}],'
                f'"profile":"profiles/install"}}' for number in range(self.configs)) + "]")
            pxed.adm("host", "import", "-f", hosts)
            padding = "x" * (CONFIG_BYTES - len(pxed.adm("preview", "--host", "m0")))
            pxed.adm("profile", "update", "install", "--args", _ARGUMENTS + padding)
            return pxed.adm("preview", "--host", "m0").replace(_mac(0), MARK)

    def remove(self):
        shutil.rmtree(self.folder)


def _mac(number):
    return "52:54:00:" + ":".join(f"{number >> shift & 255:02x}" for shift in (16, 8, 0))
