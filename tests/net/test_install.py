"""`./dev install` into a folder: what is put there, what is kept, and that the unit can be followed."""

import os
import pathlib
import re
import tempfile
import unittest

from lab import daemon, network, shell, testbed

INSTALL = shell.ROOT / "tools/dev/install.sh"
UNIT = "usr/local/lib/systemd/system/pxed.service"
SYSCTL = "usr/local/lib/sysctl.d/60-pxed.conf"
SETTINGS = "etc/pxed/pxed.yaml"
MOST_EXPOSED = 20  # tenths, by systemd's own count


class InstallTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.folder.chmod(0o755)
        self.root = self.folder / "root"
        self.call("install")

    def call(self, verb):
        shell.run("env", f"DESTDIR={self.root}", f"PXE_BIN={daemon.programs()}", INSTALL, verb)

    def files(self):
        return sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*")
                      if not path.is_dir())

    def test_programs_unit_and_settings_are_there_and_nothing_is_enabled(self):
        for name in ("usr/local/sbin/pxed", "usr/local/bin/pxeadm"):
            self.assertTrue(os.access(self.root / name, os.X_OK), name)
        self.assertEqual([name for name in self.files() if "systemd" in name], [UNIT])
        self.assertIn("net.core.rmem_max", (self.root / SYSCTL).read_text())
        self.assertTrue((self.root / "srv/tftp").is_dir())
        shell.run(self.root / "usr/local/sbin/pxed", "--config", self.root / SETTINGS,
                  "--check-config")

    def test_settings_that_people_have_written_stay(self):
        settings = self.root / SETTINGS
        settings.write_text("interface: [eth7]\n")
        before = self.files()
        self.call("install")
        self.assertEqual(settings.read_text(), "interface: [eth7]\n")
        self.assertEqual(self.files(), before)
        self.call("uninstall")
        self.assertEqual(self.files(), [SETTINGS])
        self.assertTrue((self.root / "srv/tftp").is_dir())
        self.call("uninstall")  # once more is no error

    def test_systemd_can_follow_the_unit_and_finds_it_confined(self):
        unit = self.folder / "pxed.service"
        there = (self.root / UNIT).read_text().replace("=/usr/local/sbin",
                                                       f"={self.root}/usr/local/sbin")
        unit.write_text(there)
        _, out, err = shell.run("systemd-analyze", "verify", "--man=no", unit)
        self.assertEqual(out + err, "")
        shell.run("systemd-analyze", "security", "--offline=yes", f"--threshold={MOST_EXPOSED}",
                  unit)

    def test_the_capabilities_of_the_unit_are_enough(self):
        (names,) = re.findall("^AmbientCapabilities=(.*)$", (self.root / UNIT).read_text(), re.M)
        some = ",".join(f"+{name.lower().removeprefix('cap_')}" for name in names.split())
        own = self.folder / "own"
        own.mkdir()
        shell.run("chown", "nobody", own)
        user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--no-new-privs",
                f"--inh-caps={some}", f"--ambient-caps={some}", f"--bounding-set=-all,{some}"]
        with network.Network("unit", testbed.SERVER) as net:
            pxed = daemon.Pxed(net, own, own)
            pxed.command = [*user, self.root / "usr/local/sbin/pxed", *pxed.command[1:]]
            with pxed:
                self.assertEqual(len(pxed.lines("DHCP on port 67 of br0")), 1, pxed.log())
                self.assertEqual(pxed.lines("warning"), [], pxed.log())
