"""What pxed puts on the wire, judged by Wireshark's dissector."""

from lab import capture, dhcp_client, testbed

MIN_BOOTP_BYTES = 300


class JudgedTest(testbed.ServerTest):
    def test_all_replies_are_well_formed_and_long_enough(self):
        machine = self.plug_in()
        with capture.Capture(self.net, "br0") as seen:
            client = self.dhcp_client(machine)
            self.add_host("judged", client.mac, "10.77.0.90")
            client.lease(dhcp_client.IPXE_BIOS)
            client.lease(dhcp_client.UEFI_X64, flags=dhcp_client.BROADCAST_FLAG)
            client.lease([("client_id", b"\1abcdef"), ("hostname", b"a-name")])
            client.init_reboot("192.168.1.1")
            fields = ["dhcp.option.dhcp", "udp.length", "_ws.expert.message", "_ws.malformed"]
            replies = seen.tshark(self.folder, "dhcp.type == 2", *fields)
        self.assertEqual([reply[0] for reply in replies], ["2", "5", "2", "5", "2", "5", "6"])
        for kind, udp_length, expert, malformed in replies:
            with self.subTest(kind):
                self.assertGreaterEqual(int(udp_length) - 8, MIN_BOOTP_BYTES)
                self.assertEqual([expert, malformed], ["", ""])

    def test_tftp_transfers_are_well_formed(self):
        client = self.with_address("10.77.0.91")
        with capture.Capture(self.net, "br0") as seen:
            client.run("atftp", "-g", "-r", "pxelinux.0", "-l", "/dev/null",
                       "--option", "blksize 1428", "--option", "windowsize 4",
                       testbed.SERVER, "69")
            flawed = seen.tshark(self.folder, "tftp && (_ws.malformed || _ws.expert.severity > "
                                 "4194304)", "frame.number", "_ws.expert.message")
            packets = seen.tshark(self.folder, "tftp", "tftp.opcode")
        self.assertGreater(len(packets), 10)
        self.assertEqual(flawed, [])
