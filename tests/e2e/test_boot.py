"""Virtual machines with real firmware boot over the network into the kernel that the API chose."""

import contextlib
import pathlib
import tempfile
import unittest

from lab import bootfiles, daemon, machine, network

# firmware, MAC address, reserved address, client kind as pxed calls it
MACHINES = [
    ("bios", "52:54:00:00:00:01", "10.77.0.11", "ipxe-bios"),
    ("uefi", "52:54:00:00:00:02", "10.77.0.12", "uefi-x64"),
]


class BootTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.folder.chmod(0o755)
        self.root = self.folder / "tftp"
        self.root.mkdir()
        self.net = self.stack.enter_context(network.Network("boot"))

    def serve(self, *profile_flags):
        pxed = self.stack.enter_context(daemon.Pxed(self.net, self.folder, self.root))
        return self.register(pxed, *profile_flags)

    def register(self, pxed, *profile_flags):
        """One profile and one host for each machine."""
        pxed.adm("subnet", "create", "lab", "--cidr", "10.77.0.0/24",
                 "--pool", "10.77.0.100-10.77.0.199", "--router", "10.77.0.1")
        pxed.adm("profile", "create", "debian", "--kernel", bootfiles.KERNEL,
                 "--initrd", bootfiles.INITRD,
                 "--args", "console=ttyS0 quiet test.host={{host.id}}", *profile_flags)
        for firmware, mac, address, _ in MACHINES:
            pxed.adm("host", "create", f"{firmware}-host", "--mac", mac, "--address", address,
                     "--profile", "debian")
        return pxed

    def boot_both(self):
        """Boots both machines at once; returns their reports by firmware."""
        with contextlib.ExitStack() as running:
            machines = [
                running.enter_context(
                    machine.Machine(self.net, firmware, firmware, mac, self.folder))
                for firmware, mac, _, _ in MACHINES
            ]
            return {vm.firmware: vm.wait() for vm in machines}

    def check(self, pxed, reports, loaders):
        for firmware, mac, address, kind in MACHINES:
            with self.subTest(firmware):
                report = reports[firmware]
                self.assertEqual(report["firmware"], firmware)
                self.assertEqual(report["mac"], mac)
                self.assertEqual(report["address"], f"{address}/24", "one NIC, one address")
                self.assertEqual(report["router"], "10.77.0.1")
                self.assertIn(f" test.host={firmware}-host", report["cmdline"])
                acks = pxed.lines(f"{mac} acked {address}")
                self.assertTrue([a for a in acks if f"kind={kind} file={loaders[firmware]}" in a],
                                acks)
                for file in (loaders[firmware], bootfiles.KERNEL, bootfiles.INITRD):
                    self.assertTrue(
                        [f for f in pxed.lines(f"{address} fetched") if f"file={file} " in f],
                        f"{file} was not fetched:\n{pxed.log()}")

    def test_bios_and_uefi_boot_the_kernel_of_their_profile(self):
        bootfiles.make_root(self.root)
        pxed = self.serve()
        self.check(pxed, self.boot_both(), bootfiles.LAYOUTS["root"])

    def test_they_boot_through_a_data_plane_that_asks_a_control_plane_elsewhere(self):
        bootfiles.make_root(self.root)
        control = self.register(self.stack.enter_context(daemon.Control(self.net, self.folder)))
        data_plane = self.stack.enter_context(
            daemon.DataPlane(self.net, self.folder, control, self.root))
        data_plane.await_control()
        self.check(data_plane, self.boot_both(), bootfiles.LAYOUTS["root"])

    def test_loaders_in_sub_folders_find_their_config_and_the_kernel(self):
        bootfiles.make_root(self.root, "folders")
        loaders = bootfiles.LAYOUTS["folders"]
        pxed = self.serve("--loader", f"ipxe-bios={loaders['bios']}",
                          "--loader", f"uefi-x64={loaders['uefi']}")
        self.check(pxed, self.boot_both(), loaders)
