"""Machines behind a relay agent that we did not write: ISC's dhcrelay, which adds option 82."""

from lab import capture, dhcp_client, network, shell, testbed

NEAR = "10.77.0.240"
FAR = "10.81.0.1"


class RelayedTest(testbed.ServerTest):
    def setUp(self):
        self.adm("subnet", "create", "behind", "--cidr", "10.81.0.0/24", "--router", FAR,
                 "--pool", "10.81.0.100-10.81.0.150")
        self.addCleanup(self.adm, "subnet", "delete", "behind")
        self.relay = self.with_address(NEAR)
        self.machine = self.behind(self.relay)
        self.net.ip("route", "replace", "10.81.0.0/24", "via", NEAR)
        said = self.folder / f"{self.relay.name}.relay"
        with open(said, "wb") as log:
            process = self.relay.spawn(
                [testbed.DHCRELAY, "-4", "-d", "-a", "-pf", self.folder / "relay.pid",
                 "-id", "edge0", "-iu", "eth0", testbed.SERVER], stdout=log)
        self.addCleanup(shell.stop, process)
        shell.wait_until(lambda: "Sending on" in said.read_text(), "dhcrelay")

    def behind(self, relay):
        """A namespace whose eth0 is the far end of the relay's `edge0`."""
        machine = network.Namespace(f"{relay.name}-m")
        machine.create()
        self.addCleanup(machine.remove)
        relay.ip("link", "add", "edge0", "type", "veth", "peer", "name", "eth0",
                 "netns", machine.name)
        relay.ip("addr", "add", f"{FAR}/24", "dev", "edge0")
        relay.ip("link", "set", "edge0", "up")
        machine.ip("link", "set", "eth0", "up")
        return machine

    def test_C133_a_machine_behind_dhcrelay_boots_and_never_sees_option_82(self):
        with capture.Capture(self.net, "br0") as seen:
            client = self.enterContext(dhcp_client.DhcpClient(self.machine))
            ack = client.lease(dhcp_client.UEFI_X64)
            replies = seen.tshark(self.folder, "dhcp.type == 2", "dhcp.option.dhcp",
                                  "dhcp.option.agent_information_option.agent_circuit_id",
                                  "_ws.expert.message", "_ws.malformed")
        self.assertRegex(ack.address, r"^10\.81\.0\.1\d\d$")
        self.assertNotIn("relay_agent_information", ack.options)
        self.assertEqual([reply[0] for reply in replies], ["2", "5"])
        for _, circuit, *flaws in replies:
            self.assertEqual(bytes.fromhex(circuit.replace(":", "")), b"edge0")
            self.assertEqual(flaws, ["", ""])

    def test_C72_a_refusal_reaches_the_machine_through_dhcrelay(self):
        client = self.enterContext(dhcp_client.DhcpClient(self.machine))
        nak = client.init_reboot("192.168.9.9")
        self.assertEqual([nak.type, nak.to_mac], ["nak", "ff:ff:ff:ff:ff:ff"])

    def test_C5_dhclient_behind_dhcrelay_is_bound(self):
        lease = self.dhclient(self.machine)
        self.assertRegex(lease, r"fixed-address 10\.81\.0\.1\d\d;")
        self.assertIn(f"option routers {FAR};", lease)
