"""Interfaces that come, go and change under a running pxed, and that have several addresses."""

import re

from lab import dhcp_client, shell, testbed

WIRE = "lan1"  # to one machine, apart from the bridge


class LinksTest(testbed.ServerTest):
    """A second interface beside the bridge; each test finds it with one address."""

    serve_flags = ("--interface", WIRE)

    @classmethod
    def lay_out(cls):
        cls.connect()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.adm("subnet", "create", "wired", "--cidr", "10.79.0.0/24",
                "--pool", "10.79.0.100-10.79.0.199")

    @classmethod
    def connect(cls):
        """A new interface of the name, and a new machine at its other end."""
        cls.far = cls.net.client("far")
        cls.net.ip("link", "delete", "p-far")
        cls.net.ip("link", "add", WIRE, "type", "veth", "peer", "name", "eth0",
                   "netns", cls.far.name)
        cls.far.ip("link", "set", "eth0", "up")
        cls.net.ip("addr", "add", "10.79.0.1/24", "dev", WIRE)
        cls.net.ip("link", "set", WIRE, "up")

    def setUp(self):
        self.net.ip("addr", "flush", "dev", WIRE)
        self.net.ip("addr", "add", "10.79.0.1/24", "dev", WIRE)

    def lease_at_the_far_end(self):
        return self.enterContext(dhcp_client.DhcpClient(self.far)).lease()

    def index(self):
        return re.match(r"(\d+):", self.net.ip("link", "show", WIRE)).group(1)

    def test_C1_each_interface_serves_its_own_subnet(self):
        self.assertRegex(self.lease_at_the_far_end().address, r"^10\.79\.0\.1\d\d$")
        self.assertRegex(self.dhcp_client().lease().address, r"^10\.77\.0\.1\d\d$")

    def test_C4_of_several_addresses_the_one_of_the_clients_subnet_answers(self):
        self.net.ip("addr", "flush", "dev", WIRE)
        for address in ("192.0.2.1/24", "10.79.0.3/24", "198.51.100.1/24"):
            self.net.ip("addr", "add", address, "dev", WIRE)
        ack = self.lease_at_the_far_end()
        self.assertEqual([ack.options["server_id"], ack.from_address], ["10.79.0.3"] * 2)

    def test_C2_C14_C24_replies_come_from_port_67_and_begin_with_their_type(self):
        ack = self.lease_at_the_far_end()
        udp = dhcp_client.Ether(ack.frame)[dhcp_client.UDP]
        self.assertEqual([udp.sport, udp.dport, ack.bootp.secs], [67, 68, 0])
        self.assertEqual(ack.payload[240:243], b"\x35\1\5")

    def test_F16_an_interface_that_was_down_serves_again(self):
        self.lease_at_the_far_end()
        self.net.ip("link", "set", WIRE, "down")
        self.net.ip("link", "set", WIRE, "up")
        self.assertEqual(self.lease_at_the_far_end().type, "ack")

    def test_F16_an_interface_with_another_address_serves_from_that(self):
        self.assertEqual(self.lease_at_the_far_end().options["server_id"], "10.79.0.1")
        self.net.ip("addr", "flush", "dev", WIRE)
        self.net.ip("addr", "add", "10.79.0.2/24", "dev", WIRE)
        self.assertEqual(self.lease_at_the_far_end().options["server_id"], "10.79.0.2")

    def test_F16_an_interface_without_address_is_counted_until_it_has_one(self):
        self.net.ip("addr", "flush", "dev", WIRE)
        client = self.enterContext(dhcp_client.DhcpClient(self.far))
        before = self.pxed.counters("DHCP")["no_local_address"]
        client.send(client.packet("discover"))
        shell.wait_until(
            lambda: self.pxed.counters("DHCP")["no_local_address"] > before, "the counter")
        self.net.ip("addr", "add", "10.79.0.1/24", "dev", WIRE)
        self.assertEqual(client.lease().type, "ack")

    def test_F16_an_interface_made_anew_with_another_index_serves_again(self):
        self.lease_at_the_far_end()
        before = self.index()
        self.net.ip("link", "delete", WIRE)
        self.far.remove()
        self.net.clients.remove(self.far)
        type(self).connect()
        self.assertNotEqual(self.index(), before)
        self.assertEqual(self.lease_at_the_far_end().type, "ack")


class FloodTest(testbed.ServerTest):
    """One machine that asks without pause, and one that wants to keep its lease."""

    def test_C152_a_machine_that_floods_costs_another_nothing(self):
        machine, bad = self.plug_in(), self.dhcp_client()
        ack = self.dhcp_client(machine).lease()
        for _ in range(500):
            bad.send(bad.packet("discover"))
        # Another socket: the first one's is full of the flood, which is broadcast.
        self.assertEqual(self.dhcp_client(machine).init_reboot(ack.address).type, "ack")
        self.assertGreater(self.pxed.counters("DHCP")["ratelimited"], 300)

    def test_C151_what_is_dropped_is_said_a_few_times_and_escaped(self):
        client = self.dhcp_client()
        for _ in range(300):
            client.send(client.packet("request", [("hostname", b"%s\n\x1b[31m")]))
        self.assertEqual(self.dhcp_client().lease().type, "ack")
        said = self.pxed.lines("dropped: ")
        self.assertGreater(len(said), 0)
        self.assertLess(len(said), 200)
        self.assertNotIn("\x1b", self.pxed.log())
