"""What the tests with machines share: a network, every loader there is, a pxed, two machines.

    class SomeTest(boot_testbed.BootTest):
        def test_both_boot(self):
            pxed = self.serve()
            self.add_profile("debian")
            self.add_host("n1", "debian", "bios", "uefi")
            reports = self.boot_kernels("bios", "uefi")

A host has a card for each of its machines, so one host can be two machines at once: one with BIOS,
one with UEFI. Two is also all that run at a time.
"""

import contextlib
import pathlib
import re
import tempfile
import unittest

from . import bootfiles, daemon, machine, network

# By name: firmware, MAC address, reserved address.
MACHINES = {
    "bios": ("bios", "52:54:00:00:00:01", "10.77.0.11"),
    "uefi": ("uefi", "52:54:00:00:00:02", "10.77.0.12"),
    "secure": ("uefi-secure", "52:54:00:00:00:03", "10.77.0.13"),
}


class BootTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.folder.chmod(0o755)
        self.root = bootfiles.make_root(self.folder / "tftp")
        self.net = self.stack.enter_context(network.Network("boot"))
        self.server = None  # whose log has the machines' requests
        self.logged_before = 0  # characters of it when the last boot began
        self.adm = None

    def serve(self):
        self.server = self.stack.enter_context(daemon.Pxed(self.net, self.folder, self.root))
        self.set_up_subnet(self.server.adm)

    def serve_with_a_data_plane_of_its_own(self):
        control = self.stack.enter_context(daemon.Control(self.net, self.folder))
        self.set_up_subnet(control.adm)
        self.server = self.stack.enter_context(
            daemon.DataPlane(self.net, self.folder, control, self.root))
        self.server.await_control()

    def set_up_subnet(self, adm):
        self.adm = adm
        adm("subnet", "create", "lab", "--cidr", "10.77.0.0/24",
            "--pool", "10.77.0.100-10.77.0.199", "--router", "10.77.0.1")

    def add_profile(self, name, loaders=None):
        """The test's kernel, by way of the built-in loaders or of those named by kind."""
        self.adm("profile", "create", name, "--kernel", bootfiles.KERNEL,
                 "--initrd", bootfiles.INITRD,
                 "--args", "console=ttyS0 quiet test.host={{host.id}} test.nic={{nic.mac}}",
                 *loader_flags(loaders or {}))

    def add_host(self, host, profile, *names):
        cards = []
        for _, mac, address in (MACHINES[name] for name in names):
            cards += ["--mac", mac, "--address", address]
        self.adm("host", "create", host, *cards, "--profile", profile)

    def boot(self, *names, disks=None):
        """Boots machines at once until they are off; returns them by name."""
        self.logged_before = len(self.server.log())
        with contextlib.ExitStack() as running:
            machines = {}
            for name in names:
                firmware, mac, _ = MACHINES[name]
                machines[name] = running.enter_context(machine.Machine(
                    self.net, name, firmware, mac, self.folder, disk=(disks or {}).get(name)))
            for vm in machines.values():
                vm.wait_off()
            return machines

    def check_kernel(self, vm, host):
        """The machine has run the kernel with what pxed has for this host, on this card."""
        firmware, mac, address = MACHINES[vm.name]
        report = vm.wait(seconds=1)
        self.assertEqual(report["firmware"], firmware)
        self.assertEqual(report["mac"], mac)
        self.assertEqual(report["address"], f"{address}/24", "one NIC, one address")
        self.assertEqual(report["router"], "10.77.0.1")
        self.assertRegex(f"{report['cmdline']} ",
                         f"(^| )console=ttyS0 quiet test.host={host} test.nic={mac} ")

    def requests(self, name):
        """What the machine asked for in the last boot, in order: what it was given, what not."""
        address = MACHINES[name][2]
        ended = re.findall(rf" {re.escape(address)} (fetched|refused) file=(\S+)", self.log())
        return ([file.lstrip("/") for how, file in ended if how == "fetched"],
                [file.lstrip("/") for how, file in ended if how == "refused"])

    def pxelinux_config(self, name):
        return f"pxelinux.cfg/01-{MACHINES[name][1].replace(':', '-')}"

    def loaders_acked(self, name):
        """What each ACK with a boot file has said in the last boot: (kind, file)."""
        _, mac, address = MACHINES[name]
        return re.findall(rf"{mac} acked {address} kind=(\S+) file=(\S+)", self.log())

    def log(self):
        return self.server.log()[self.logged_before:]


def loader_flags(loaders):
    return [word for kind, path in loaders.items() for word in ("--loader", f"{kind}={path}")]
