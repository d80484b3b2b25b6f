"""The states of a DHCP client, one packet at a time, and where each reply goes."""

import socket

from lab import capture, dhcp_client, testbed


class StatesTest(testbed.ServerTest):
    def test_a_known_machine_is_offered_and_acknowledged_its_address(self):
        client = self.dhcp_client()
        self.add_host("known", client.mac, "10.77.0.31")
        offer = client.discover()
        ack = client.select(offer)
        self.assertEqual([offer.type, offer.address], ["offer", "10.77.0.31"])
        self.assertEqual([ack.type, ack.address], ["ack", "10.77.0.31"])
        self.assertEqual(ack.options["lease_time"], offer.options["lease_time"])

    def test_C57_choosing_another_server_is_met_with_silence(self):
        client = self.dhcp_client()
        offer = client.discover()
        other = client.packet("request", [("server_id", "10.77.0.2"),
                                          ("requested_addr", offer.address)])
        self.assert_silence(client, other)
        self.assertEqual(client.lease().type, "ack", "the server was listening")

    def test_C58_choosing_the_address_of_another_machine_is_refused(self):
        owner, thief = self.dhcp_client(), self.dhcp_client()
        self.add_host("owner", owner.mac, "10.77.0.32")
        owner.lease()
        offer = thief.discover()
        wrong = thief.packet("request", [("server_id", offer.options["server_id"]),
                                         ("requested_addr", "10.77.0.32")])
        self.assertEqual(thief.ask(wrong).type, "nak")

    def test_C61_a_machine_that_reboots_keeps_its_address(self):
        client = self.dhcp_client()
        ack = client.lease()
        again = client.init_reboot(ack.address)
        self.assertEqual([again.type, again.address], ["ack", ack.address])

    def test_C63_an_address_of_another_network_is_refused_by_broadcast(self):
        client = self.dhcp_client()
        reply = client.init_reboot("192.168.5.5")
        self.assertEqual(reply.type, "nak")
        self.assertEqual([reply.to_address, reply.to_mac], ["255.255.255.255", "ff:ff:ff:ff:ff:ff"])
        self.assertEqual(reply.address, "0.0.0.0")

    def renew(self, to):
        """A REQUEST with ciaddr, from a machine that has its address; returns lease and reply."""
        machine = self.plug_in()
        client = self.dhcp_client(machine)
        ack = client.lease()
        machine.ip("addr", "add", f"{ack.address}/24", "dev", "eth0")
        sender = machine.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sender.bind((ack.address, 68))
        payload = client.packet("request", [dhcp_client.WANTED], ciaddr=ack.address)
        sender.sendto(bytes(payload), (to, 67))
        reply = next(client.replies(payload.xid, dhcp_client.ANSWER_SECONDS))
        sender.close()
        return ack, reply

    def test_M27_an_address_that_nobody_can_have_is_refused_or_not_worth_an_answer(self):
        client = self.dhcp_client()
        offer = client.discover()
        offer.bootp.yiaddr = offer.address = "224.0.0.1"
        self.assertEqual(client.select(offer).type, "nak")
        before = self.pxed.counters("DHCP")["bad_request"]
        for address in ("224.0.0.1", "255.255.255.255", "127.0.0.1", "0.0.0.0"):
            client.send(client.packet("request", [("requested_addr", address)]))
        self.assertEqual(client.lease().type, "ack")  # by now the others have been read
        self.assertEqual(self.pxed.counters("DHCP")["bad_request"], before + 4)

    def test_C66_a_renewal_is_answered_to_the_address_it_came_from(self):
        ack, reply = self.renew(to=testbed.SERVER)
        self.assertEqual([reply.type, reply.to_address], ["ack", ack.address])
        self.assertEqual(reply.bootp.ciaddr, ack.address)

    def test_C66_a_rebinding_machine_is_answered_likewise(self):
        ack, reply = self.renew(to="255.255.255.255")
        self.assertEqual([reply.type, reply.to_address], ["ack", ack.address])

    def test_C82_a_released_address_is_free_and_comes_back_to_its_machine(self):
        client = self.dhcp_client()
        ack = client.lease()
        release = client.packet("release", [("server_id", testbed.SERVER)], ciaddr=ack.address)
        self.assert_silence(client, release, source=ack.address)
        self.assertEqual(self.lease(ack.address)["state"], "LEASE_STATE_RELEASED")
        self.assertEqual(client.lease().address, ack.address)

    def decline(self, client, address, *options):
        chosen = [("requested_addr", address), *options]
        self.assert_silence(client, client.packet("decline", chosen))

    def test_C79_a_machine_that_finds_its_address_in_use_gets_another(self):
        client = self.dhcp_client()
        ack = client.lease()
        self.decline(client, ack.address, ("server_id", testbed.SERVER))
        self.assertEqual(self.lease(ack.address)["state"], "LEASE_STATE_DECLINED")
        again = client.lease()
        self.assertEqual(again.type, "ack")
        self.assertNotEqual(again.address, ack.address)
        shown = [line for line in self.adm("lease", "list").splitlines() if ack.address in line]
        self.assertRegex(shown[0], r" declined ")
        self.assertEqual(client.init_reboot(ack.address).type, "nak")
        self.adm("lease", "release", ack.address)
        self.assertEqual(self.lease(ack.address)["state"], "LEASE_STATE_RELEASED")

    def test_C78_a_machine_cannot_decline_what_another_has(self):
        owner, thief = self.dhcp_client(), self.dhcp_client()
        ack = owner.lease()
        self.decline(thief, ack.address)
        self.assertEqual(self.lease(ack.address)["state"], "LEASE_STATE_BOUND")
        self.assertEqual(self.pxed.counters("DHCP")["nothing_to_decline"], 1)

    def test_C80_a_host_whose_reserved_address_is_in_use_gets_one_of_the_pool(self):
        client = self.dhcp_client()
        self.add_host("squatted", client.mac, "10.77.0.33")
        self.assertEqual(client.lease().address, "10.77.0.33")
        self.decline(client, "10.77.0.33")
        self.assertRegex(client.lease().address, r"^10\.77\.0\.1\d\d$")

    def test_C6_a_client_without_address_is_reached_by_its_mac_and_nobody_asks_by_arp(self):
        machine = self.plug_in()
        with capture.Capture(machine, "eth0") as seen:
            client = self.dhcp_client(machine)
            offer = client.discover()
            ack = client.select(offer)
            arp = [frame for frame in seen.frames() if frame[12:14] == b"\x08\x06"]
        for reply in (offer, ack):
            self.assertEqual([reply.to_mac, reply.to_address], [client.mac, offer.address])
        self.assertEqual(arp, [])

    def test_C7_Q41_the_broadcast_flag_means_broadcast_of_frame_and_packet(self):
        client = self.dhcp_client()
        ack = client.lease(flags=dhcp_client.BROADCAST_FLAG)
        self.assertEqual([ack.to_mac, ack.to_address], ["ff:ff:ff:ff:ff:ff", "255.255.255.255"])
        self.assertEqual(int(ack.bootp.flags), dhcp_client.BROADCAST_FLAG)


class RelayTest(testbed.ServerTest):
    """Machines behind a relay: their subnet is that of giaddr, and only the relay hears of them."""

    RELAY = "10.78.0.1"
    OPTION_82 = ("relay_agent_information", b"\1\4eth7")

    def setUp(self):
        self.adm("subnet", "create", "far", "--cidr", "10.78.0.0/24",
                 "--pool", "10.78.0.100-10.78.0.150")
        self.addCleanup(self.adm, "subnet", "delete", "far")
        relay = self.with_address("10.77.0.250")
        relay.ip("addr", "add", f"{self.RELAY}/24", "dev", "lo")
        self.net.ip("route", "replace", "10.78.0.0/24", "via", "10.77.0.250")
        relay.ip("route", "replace", "10.77.0.0/24", "dev", "eth0", "src", self.RELAY)
        self.port = relay.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(self.port.close)
        self.port.bind((self.RELAY, 67))
        self.port.settimeout(dhcp_client.ANSWER_SECONDS)
        self.client = self.dhcp_client(relay)

    def relay(self, kind, *options, **fields):
        """Passes a client's packet on as RFC 1542 says; returns the server's, read by scapy."""
        payload = self.client.packet(kind, [*options, dhcp_client.WANTED, self.OPTION_82],
                                     giaddr=self.RELAY, hops=1, **fields)
        self.port.sendto(bytes(payload), (testbed.SERVER, 67))
        data, sender = self.port.recvfrom(65535)
        self.assertEqual(sender, (testbed.SERVER, 67))
        frame = dhcp_client.Ether() / dhcp_client.IP() / dhcp_client.UDP(sport=67, dport=67) / data
        reply = dhcp_client.Reply(bytes(frame))
        self.assertEqual(reply.bootp.xid, payload.xid)
        return reply

    def test_a_machine_behind_a_relay_gets_an_address_of_its_own_network(self):
        offer = self.relay("discover")
        self.assertEqual(offer.type, "offer")
        self.assertRegex(offer.address, r"^10\.78\.0\.1\d\d$")
        ack = self.relay("request", ("server_id", offer.options["server_id"]),
                         ("requested_addr", offer.address))
        self.assertEqual([ack.type, ack.address], ["ack", offer.address])
        self.assertEqual(ack.bootp.giaddr, self.RELAY)

    def test_what_the_relay_added_comes_back_to_it_as_the_last_option(self):
        offer = self.relay("discover")
        end = offer.payload.rstrip(b"\0")
        self.assertTrue(end.endswith(b"\x52\6\1\4eth7\xff"), end[-20:])

    def test_C72_a_refusal_through_a_relay_has_the_broadcast_bit(self):
        nak = self.relay("request", ("requested_addr", "192.168.9.9"))
        self.assertEqual(nak.type, "nak")
        self.assertEqual(int(nak.bootp.flags), dhcp_client.BROADCAST_FLAG)
