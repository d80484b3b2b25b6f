"""Modes of a subnet, INFORM, BOOTP and rapid commit over the wire."""

import random
import time

from lab import boot_service, dhcp_client, testbed
from scapy.layers.dhcp import BOOTP


class ModesTest(testbed.ServerTest):
    subnet_flags = ("--unknown", f"profile={testbed.PROFILE}")

    def mode(self, mode):
        self.adm("subnet", "update", "lab", "--mode", mode)
        self.addCleanup(self.adm, "subnet", "update", "lab", "--mode", "full")

    def boot_service(self, client, address="10.77.0.71", port=4011):
        client.ip("addr", "add", f"{address}/24", "dev", "eth0")
        asker = boot_service.BootServiceClient(client, address, port)
        self.addCleanup(asker.socket.close)
        return asker

    def test_P1_off_is_silence_and_ends_at_once(self):
        client = self.dhcp_client()
        self.mode("off")
        self.assert_silence(client, client.packet("discover"))
        self.adm("subnet", "update", "lab", "--mode", "full")
        self.assertEqual(client.lease().type, "ack")

    def test_P1_reservations_only_serves_hosts_with_an_address(self):
        stranger, known = self.dhcp_client(), self.dhcp_client()
        self.add_host("reserved", known.mac, "10.77.0.41")
        self.mode("reservations-only")
        self.assert_silence(stranger, stranger.packet("discover"))
        self.assertEqual(known.lease().address, "10.77.0.41")

    def test_C129_P2_a_proxy_says_where_to_boot_and_nothing_else(self):
        self.mode("proxy")
        client = self.dhcp_client()
        self.assert_silence(client, client.packet("discover"))
        bios = client.discover([(93, b"\0\0"), (60, b"PXEClient:Arch:00000:UNDI:002001")])
        self.assertEqual([bios.type, bios.address, bios.boot_file],
                         ["offer", "0.0.0.0", "pxelinux.0"])
        self.assertEqual(bios.bootp.siaddr, testbed.SERVER)
        self.assertEqual(bios.options["vendor_class_id"], b"PXEClient")
        self.assertEqual(bios.options["vendor_specific"], b"\6\1\x08\xff")
        self.assertEqual(int(bios.bootp.flags), dhcp_client.BROADCAST_FLAG)
        for option in ("subnet_mask", "router", "name_server", "lease_time"):
            self.assertNotIn(option, bios.options)
        uefi = client.discover(dhcp_client.UEFI_X64)
        self.assertEqual(uefi.boot_file, "syslinux.efi")
        self.assertNotIn("vendor_specific", uefi.options)
        request = client.packet("request", [("server_id", testbed.SERVER),
                                            ("requested_addr", "10.77.0.150"),
                                            *dhcp_client.UEFI_X64])
        self.assert_silence(client, request)
        self.assertEqual(self.adm.json("lease", "list"), [])

    def test_C130_C3_the_boot_service_answers_from_4011_to_where_it_was_asked(self):
        for mode, port in (("proxy", 4011), ("proxy", 68), ("full", 4011)):
            with self.subTest(mode=mode, port=port):
                self.mode(mode)
                machine = self.plug_in()
                client = self.dhcp_client(machine)
                asker = self.boot_service(machine, port=port)
                request = client.packet("request", [*dhcp_client.UEFI_X64,
                                                    (43, b"\x47\4\0\0\0\0\xff")],
                                        ciaddr="10.77.0.71")
                bootp, sender = asker.ask(request, testbed.SERVER)
                self.assertEqual(sender, (testbed.SERVER, 4011))
                self.assertEqual([bootp.yiaddr, bootp.ciaddr], ["0.0.0.0", "10.77.0.71"])
                self.assertEqual(bootp.file.rstrip(b"\0"), b"syslinux.efi")
                options = boot_service.options_of(bootp)
                self.assertEqual(options["message-type"], 5)
                self.assertEqual(options["vendor_specific"], b"\x47\4\0\0\0\0\xff")
                asker.socket.close()
                machine.remove()

    def test_C84_an_inform_is_answered_to_its_address_without_a_lease(self):
        machine = self.plug_in()
        client = self.dhcp_client(machine)
        asker = self.boot_service(machine, "10.77.0.72", 68)
        inform = client.packet("inform", [dhcp_client.WANTED], ciaddr="10.77.0.72")
        bootp, _ = asker.ask(inform, testbed.SERVER, port=67)
        options = boot_service.options_of(bootp)
        self.assertEqual([options["message-type"], bootp.yiaddr], [5, "0.0.0.0"])
        self.assertEqual(options["router"], testbed.SERVER)
        self.assertNotIn("lease_time", options)

    def bootp_request(self, client):
        return BOOTP(op=1, xid=random.getrandbits(32),
                     chaddr=bytes.fromhex(client.mac.replace(":", "")), options=bytes(64))

    def bootp_reply(self, client, payload):
        client.send(payload)
        end = time.monotonic() + 5
        while (left := end - time.monotonic()) > 0:
            client.socket.settimeout(left)
            try:
                frame = client.socket.recv(65535)
            except TimeoutError:
                return None
            at = frame.find(payload.xid.to_bytes(4, "big"))
            if at > 0 and frame[at - 4] == 2:
                return frame[at - 4:]
        return None

    def test_C147_C148_bootp_needs_a_reservation_and_has_300_bytes(self):
        client = self.dhcp_client()
        client.send(self.bootp_request(client))
        self.add_host("old", client.mac, "10.77.0.43")
        reply = self.bootp_reply(client, self.bootp_request(client))
        self.assertEqual(len(reply), 300)
        self.assertEqual(reply[16:20], bytes([10, 77, 0, 43]))
        self.assertEqual(reply[236:], bytes(64), "no cookie was sent")
        self.assertEqual(self.lease("10.77.0.43")["endTime"], "9999-12-31T23:59:59Z")
        self.assertEqual(self.pxed.counters("DHCP")["no_cookie"], 1)

    def test_C55_rapid_commit_is_an_ack_at_once(self):
        self.adm("subnet", "update", "lab", "--rapid-commit", "true")
        self.addCleanup(self.adm, "subnet", "update", "lab", "--rapid-commit", "false")
        client = self.dhcp_client()
        ack = client.discover([(80, b"")])
        self.assertEqual(ack.type, "ack")
        self.assertEqual(self.lease(ack.address)["state"], "LEASE_STATE_BOUND")

    def test_N3_a_shared_network_gives_what_any_of_its_subnets_has(self):
        self.adm("subnet", "create", "upper", "--cidr", "10.79.0.0/24",
                 "--pool", "10.79.0.10-10.79.0.19", "--router", "10.79.0.1",
                 "--shared-network", "floor")
        self.addCleanup(self.adm, "subnet", "delete", "upper")
        self.adm("subnet", "update", "lab", "--shared-network", "floor")
        self.addCleanup(self.adm, "subnet", "update", "lab", "--shared-network", "")
        client = self.dhcp_client()
        self.adm("host", "create", "upstairs", "--mac", client.mac, "--address", "10.79.0.30")
        self.addCleanup(self.adm, "host", "delete", "upstairs")
        ack = client.lease()
        self.assertEqual([ack.address, ack.options["router"]], ["10.79.0.30", "10.79.0.1"])
