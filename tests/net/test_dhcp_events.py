"""Events: another server on the link, machines that take what it offers, machines in a loop."""

from lab import dhcp_client, dhcp_peer, shell, testbed
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

OTHER = dhcp_peer.ADDRESS


class EventsTest(testbed.ServerTest):
    subnet_flags = ("--unknown", f"profile={testbed.PROFILE}")

    def dnsmasq(self):
        """A DHCP server that nobody asked for, on a machine of the same link."""
        return dhcp_peer.Dnsmasq(self.plug_in(), self.folder)

    def events(self, machine, kind):
        where = f"machine = {machine} AND kind = {kind}"
        return self.adm.json("events", "--filter", where)

    def await_events(self, machine, kind):
        shell.wait_until(lambda: self.events(machine, kind), f"{kind} of {machine}")
        return self.events(machine, kind)

    def heard(self, what):
        """How many packets of other servers were that."""
        return self.pxed.counts("DHCP servers' packets:")[what]

    def offers(self, client, payload):
        """The answers of both servers, by their addresses."""
        client.send(payload)
        found = {}
        for reply in client.replies(payload.xid, dhcp_client.ANSWER_SECONDS):
            found[reply.options["server_id"]] = reply
            if len(found) == 2:
                break
        return found

    def test_C57_another_servers_offer_and_who_takes_it_are_events(self):
        client = self.dhcp_client()
        self.add_host("torn", client.mac, "10.77.0.44")
        with self.dnsmasq():
            discover = client.packet("discover", [dhcp_client.WANTED],
                                     flags=dhcp_client.BROADCAST_FLAG)
            offers = self.offers(client, discover)
            self.assertEqual(set(offers), {testbed.SERVER, OTHER})
            [event] = self.await_events(client.mac, "COMPETING_SERVER")
            self.assertEqual([event["address"], event["subnet"], event["host"]],
                             [OTHER, "subnets/lab", "hosts/torn"])
            self.assertEqual(event["detail"], f"it offers {offers[OTHER].address}")
            ack = client.select(offers[OTHER], flags=dhcp_client.BROADCAST_FLAG)
            self.assertEqual([ack.type, ack.options["server_id"]], ["ack", OTHER])
            shell.wait_until(
                lambda: int(self.events(client.mac, "COMPETING_SERVER")[0]["count"]) >= 3,
                "its OFFER, the machine's REQUEST and its ACK as one event")
        self.assertIn("event competing_server: machine=" + client.mac, self.pxed.log())
        table = self.adm("events", "--filter", "host = hosts/torn")
        self.assertIn(f"competing server  {client.mac}  torn  {OTHER}", table)
        self.assertGreaterEqual(self.pxed.counts("events:")["competing_server"], 3)
        self.assertGreaterEqual(self.heard("foreign"), 2)

    def test_P2_in_proxy_mode_the_other_server_is_none(self):
        client = self.dhcp_client()
        self.adm("subnet", "update", "lab", "--mode", "proxy")
        self.addCleanup(self.adm, "subnet", "update", "lab", "--mode", "full")
        with self.dnsmasq():
            before = self.heard("foreign")
            discover = client.packet("discover", [*dhcp_client.UEFI_X64, dhcp_client.WANTED],
                                     flags=dhcp_client.BROADCAST_FLAG)
            offers = self.offers(client, discover)
            self.assertEqual(offers[testbed.SERVER].address, "0.0.0.0")
            ack = client.select(offers[OTHER], flags=dhcp_client.BROADCAST_FLAG)
            self.assertEqual([ack.type, ack.options["server_id"]], ["ack", OTHER])
            shell.wait_until(lambda: self.heard("foreign") >= before + 2, "OFFER and ACK")
        self.assertEqual(self.events(client.mac, "COMPETING_SERVER"), [])

    def test_C111_a_machine_in_a_loop_is_one_event(self):
        client = self.dhcp_client()
        for _ in range(4):
            client.lease(dhcp_client.UEFI_X64)
        self.assertEqual(self.events(client.mac, "BOOT_LOOP"), [])
        for _ in range(5):  # no more than one client may ask at a time
            client.lease(dhcp_client.UEFI_X64)
        [event] = self.events(client.mac, "BOOT_LOOP")
        self.assertEqual([event["count"], event["subnet"]], ["1", "subnets/lab"])
        self.assertIn("syslinux.efi answered 5 times", event["detail"])

    def test_M34_nonsense_below_udp_is_dropped_and_counted(self):
        client = self.dhcp_client()
        before = self.heard("bad_ip")
        reply = BOOTP(op=2, yiaddr="10.77.0.9") / DHCP(
            options=[("message-type", "offer"), ("server_id", OTHER), "end"])
        good = Ether(src=client.mac, dst="ff:ff:ff:ff:ff:ff") / IP(src=OTHER, dst="255.255.255.255")
        ports = {"sport": 67, "dport": 68}
        for fault in ({"len": 2000}, {"len": 9}, {"chksum": 0xbad}):
            client.socket.send(bytes(good / UDP(**ports, **fault) / reply))
        fragment = good.copy()
        fragment[IP].flags = "MF"
        client.socket.send(bytes(fragment / UDP(**ports) / reply))
        shell.wait_until(lambda: self.heard("bad_ip") == before + 4, "four bad packets")
        self.assert_alive()

    def test_events_survive_the_death_of_pxed_and_a_bad_journal(self):
        client = self.dhcp_client()
        for _ in range(5):
            client.lease(dhcp_client.UEFI_X64)
        [event] = self.events(client.mac, "BOOT_LOOP")
        self.pxed.kill()
        self.pxed.start()
        self.assertEqual(self.events(client.mac, "BOOT_LOOP"), [event])
        self.pxed.kill()
        journal = self.folder / "state" / "journal.db"
        for left in journal.parent.glob("journal.db-*"):
            left.unlink()
        journal.write_bytes(b"not a database" * 1000)
        self.pxed.start()
        self.assertEqual(self.events(client.mac, "BOOT_LOOP"), [])
        self.assertTrue((self.folder / "state" / "journal.db.bad").exists())
        self.assertIn("it is kept as", self.pxed.log())
        self.assertEqual(client.lease().type, "ack")
