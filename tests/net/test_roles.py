"""Control plane and data plane as two processes: real clients, and the death of the one."""

import contextlib
import pathlib
import socket
import tempfile
import unittest

from lab import daemon, dhclient, dhcp_client, network, shell, testbed

CONFIG = "pxelinux.cfg/01-52-54-00-88-00-01"
MAC = "52:54:00:88:00:01"


class RolesTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.folder.chmod(0o755)
        self.root = self.folder / "tftp"
        self.root.mkdir()
        (self.root / "vmlinuz").write_bytes(b"kernel" * 5000)
        self.net = self.stack.enter_context(network.Network("roles", testbed.SERVER))

    def start_control(self):
        control = self.stack.enter_context(daemon.Control(self.net, self.folder))
        control.adm("subnet", "create", "lab", "--cidr", "10.77.0.0/24",
                    "--pool", "10.77.0.100-10.77.0.199", "--router", testbed.SERVER)
        control.adm("profile", "create", "debian", "--kernel", "vmlinuz", "--args",
                    "id={{host.id}}")
        control.adm("host", "create", "n1", "--mac", MAC, "--address", "10.77.0.20",
                    "--profile", "debian")
        return control

    def start_data_plane(self, control):
        return self.stack.enter_context(
            daemon.DataPlane(self.net, self.folder, control, self.root))

    def start_both(self):
        control = self.start_control()
        data_plane = self.start_data_plane(control)
        data_plane.await_control()
        return control, data_plane

    def client(self, label, mac):
        client = self.net.client(label, mac)
        self.addCleanup(client.remove)
        return client

    def host_with_lease(self):
        """The machine n1, which has its address, and its DHCP client."""
        host = self.client("n1", MAC)
        rom = self.stack.enter_context(dhcp_client.DhcpClient(host))
        self.assertEqual(rom.lease().address, "10.77.0.20")
        host.ip("addr", "add", "10.77.0.20/24", "dev", "eth0")
        return host, rom

    def tftp(self, client, name, seconds):
        """What curl gets under that name within the time, or None for silence."""
        code, out, _ = client.run("curl", "-sS", "--max-time", str(seconds),
                                  f"tftp://{testbed.SERVER}/{name}", check=False)
        timed_out = 28
        self.assertIn(code, (0, timed_out))
        return out if code == 0 else None

    def test_real_clients_are_served_by_two_processes(self):
        control, data_plane = self.start_both()
        host = self.client("n1", MAC)
        self.assertIn("fixed-address 10.77.0.20;", dhclient.run(host, self.folder / host.name))
        self.assertEqual(control.adm.json("lease", "get", "10.77.0.20")["state"],
                         "LEASE_STATE_BOUND")
        stranger = self.client("s1", "52:54:00:88:00:02")
        _, out, err = stranger.run("busybox", "udhcpc", "-i", "eth0", "-f", "-q", "-n", "-t", "8",
                                   "-s", "/bin/true")
        self.assertRegex(out + err, r"lease of 10\.77\.0\.1\d\d obtained")

        host.ip("addr", "add", "10.77.0.20/24", "dev", "eth0")
        config = self.tftp(host, CONFIG, 20)
        self.assertIn("id=n1", config)
        self.assertEqual(len(self.tftp(host, "vmlinuz", 20)), 30000)

        # What happened is told by both, and counted where it was asked.
        for process in (control, data_plane):
            shell.wait_until(lambda p=process: p.lines(f"{MAC} acked 10.77.0.20"), "the event")
        counts = data_plane.counts("control plane questions:")
        self.assertEqual(counts["asked"], counts["answered"])
        self.assertGreaterEqual(control.counts("data planes elsewhere:")["dhcp_questions"], 4)

    def test_a_slow_transfer_is_listed_by_status_until_it_ends(self):
        control, _ = self.start_both()
        host, _ = self.host_with_lease()
        loader = self.stack.enter_context(
            contextlib.closing(host.socket(socket.AF_INET, socket.SOCK_DGRAM)))
        loader.settimeout(20)
        loader.sendto(b"\x00\x01vmlinuz\x00octet\x00", (testbed.SERVER, 69))
        _, server = loader.recvfrom(2000)
        loader.sendto(b"\x00\x04\x00\x01", server)

        def listed():
            return control.adm.json("status").get("transfers", [])

        shell.wait_until(listed, "the transfer to be listed")
        transfer = listed()[0]
        self.assertEqual((transfer["address"], transfer["mac"], transfer["host"]),
                         ("10.77.0.20", MAC, "hosts/n1"))
        self.assertEqual((transfer["file"], transfer["bytes"], transfer["ofBytes"]),
                         ("vmlinuz", "512", "30000"))
        self.assertRegex(control.adm("status"), r"10\.77\.0\.20 .* n1 .* vmlinuz .* 512 .* 1%")
        loader.sendto(b"\x00\x05\x00\x00enough\x00", server)
        shell.wait_until(lambda: not listed(), "the end of the transfer to be known")
        shell.wait_until(lambda: control.lines("10.77.0.20 broken_off file=vmlinuz"), "its line")
        self.assertFalse(control.lines("fetching"), control.log())

    def test_while_the_control_plane_is_away_nobody_is_told_anything(self):
        control, data_plane = self.start_both()
        host, rom = self.host_with_lease()

        control.kill()
        shell.wait_until(lambda: data_plane.lines("is away"), "the loss to be noticed")
        stranger = self.stack.enter_context(
            dhcp_client.DhcpClient(self.client("s1", "52:54:00:88:00:02")))
        discover = stranger.packet("discover")
        stranger.send(discover)
        self.assertEqual([r.type for r in stranger.replies(discover.xid, 1.5)], [])
        shell.wait_until(lambda: data_plane.counters("DHCP")["control_away"], "the silence")
        for name in (CONFIG, "pxelinux.cfg/default", "vmlinuz"):
            self.assertIsNone(self.tftp(host, name, 2), name)
        self.assertEqual(data_plane.counters("TFTP")["refused"], 0)

        control.start()
        data_plane.await_control(times=2)
        self.assertRegex(stranger.lease().address, r"10\.77\.0\.1\d\d")
        self.assertEqual(rom.lease().address, "10.77.0.20")
        self.assertIn("id=n1", self.tftp(host, CONFIG, 20))
        self.assertEqual(len(data_plane.lines("is away")), 1, data_plane.log())

    def test_a_data_plane_may_be_first(self):
        control = daemon.Control(self.net, self.folder)
        data_plane = self.start_data_plane(control)
        shell.wait_until(lambda: data_plane.lines("is away"), "the missing control plane")
        self.start_control()
        data_plane.await_control()
        rom = self.stack.enter_context(dhcp_client.DhcpClient(self.client("n1", MAC)))
        self.assertEqual(rom.lease().address, "10.77.0.20")

    def test_each_data_plane_can_be_a_process_of_its_own(self):
        control = self.start_control()
        flags = (f"--control={control.socket}", "--interface", "br0")
        dhcp = self.stack.enter_context(OneRole(self.net, self.folder, "dhcp", *flags))
        tftp = self.stack.enter_context(
            OneRole(self.net, self.folder, "tftp", *flags, "--tftp-root", self.root))
        for process in (dhcp, tftp):
            shell.wait_until(lambda p=process: p.lines(" answers"), "the control plane's answer")
        host, _ = self.host_with_lease()
        self.assertIn("id=n1", self.tftp(host, CONFIG, 20))

    def test_roles_that_make_no_sense_are_refused_before_anything_is_touched(self):
        for flags, reason in [
            (["--roles=dhcp", "--interface", "br0"], "--control: is needed"),
            (["--roles=control", "--control=unix:/x"], "--control: this process is"),
            (["--roles=control", "--interface", "br0"], "--interface: is for role dhcp or tftp"),
            (["--roles=smtp"], 'there is no role "smtp"'),
        ]:
            for how in ([], ["--check-config"]):
                code, _, err = self.net.run(daemon.programs() / "pxed", *flags, *how, check=False)
                self.assertEqual(code, 2)
                self.assertIn(reason, err)


class OneRole(daemon.Daemon):
    def __init__(self, net, folder, role, *flags):
        super().__init__(net, folder, role, f"--roles={role}", *flags)

    def await_ready(self):
        shell.wait_until(lambda: self.lines("ready, asking"), "the data plane")
