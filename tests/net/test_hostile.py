"""What must not hurt: packets of nonsense, and the death of pxed."""

import collections
import random
import re
import socket

from lab import testbed

# The fixed header of a request from 52:54:00:77:ee:01, and what follows it in DHCP.
_HEADER = bytes([1, 1, 6, 0]) + bytes(24) + b"\x52\x54\0\x77\xee\1" + bytes(202)
_COOKIE = b"\x63\x82\x53\x63"
# what is wrong, the packet, the counter that must go up
DHCP_NONSENSE = [
    ("one byte", b"\1", "short"),
    ("ends inside the header", _HEADER[:100], "short"),
    ("a wrong cookie", _HEADER + b"\1\2\3\4" + b"\x35\1\1\xff", "no_cookie"),
    ("no message type", _HEADER + _COOKIE + b"\xff", "no_msgtype"),
    ("two message types", _HEADER + _COOKIE + b"\x35\1\1\x35\1\1\xff", "dup_msgtype"),
    ("an option longer than the packet", _HEADER + _COOKIE + b"\x35\xff\1", "opt_truncated"),
    ("a reply", b"\2" + _HEADER[1:] + _COOKIE + b"\x35\1\2\xff", "not_request"),
    ("an unknown message type", _HEADER + _COOKIE + b"\x35\1\x63\xff", "unsupported_type"),
    ("a MAC of 255 bytes", b"\1\1\xff" + _HEADER[3:] + _COOKIE + b"\x35\1\1\xff", "bad_hlen"),
]
TFTP_NONSENSE = [
    ("one byte", b"\0", "malformed"),
    ("no opcode of TFTP", b"\0\x63abc", "malformed"),
    ("a name without end", b"\0\1pxelinux.0", "malformed"),
    ("a name without mode", b"\0\1pxelinux.0\0", "malformed"),
    ("data out of the blue", b"\0\3\0\1hello", "not_a_request"),
    ("an acknowledgement out of the blue", b"\0\4\0\1", "not_a_request"),
]
TFTP_NOT_MALFORMED = [  # refused, or forgiven: but not a reason to fall over
    b"",
    b"\0\1pxelinux.0\0carrier-pigeon\0",
    b"\0\1pxelinux.0\0octet\0blksize\0",
    b"\0\1\0octet\0",
    b"\0\1" + b"a" * 2000 + b"\0octet\0",
]


class NonsenseTest(testbed.ServerTest):
    def send_all(self, port, samples):
        machine = self.with_address("10.77.0.70")
        sender = machine.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for sample in samples:
            sender.sendto(sample, (testbed.SERVER, port))
        sender.close()
        machine.remove()

    def serves_a_machine(self):
        """A whole exchange, which is also proof that what was sent before has been read."""
        client = self.plug_in()
        ack = self.dhcp_client(client).lease()
        client.ip("addr", "add", f"{ack.address}/24", "dev", "eth0")
        _, out, _ = client.run("curl", "-sS", f"tftp://{testbed.SERVER}/debian/initrd.img")
        return ack.type == "ack" and out == "initrd"

    def assert_counted(self, server, port, samples):
        before = self.pxed.counters(server)
        self.send_all(port, [packet for _, packet, _ in samples])
        self.assertTrue(self.serves_a_machine())
        wanted = collections.Counter(counter for _, _, counter in samples)
        went_up = self.pxed.counters(server) - before
        self.assertEqual({name: went_up[name] for name in wanted}, dict(wanted))

    def test_dhcp_nonsense_is_dropped_and_counted_by_reason(self):
        self.assert_counted("DHCP", 67, DHCP_NONSENSE)

    def test_tftp_nonsense_is_dropped_and_counted_by_reason(self):
        self.assert_counted("TFTP", 69, TFTP_NONSENSE)

    def test_odd_tftp_requests_are_survived(self):
        self.send_all(69, TFTP_NOT_MALFORMED)
        self.assertTrue(self.serves_a_machine())

    def test_ten_thousand_random_packets_are_survived(self):
        dice = random.Random(4211)
        dhcp = [_HEADER + _COOKIE + dice.randbytes(dice.randrange(300)) for _ in range(5000)]
        tftp = [bytes([0, dice.randrange(7)]) + dice.randbytes(dice.randrange(200))
                for _ in range(5000)]
        self.send_all(67, dhcp)
        self.send_all(69, tftp)
        self.assertTrue(self.serves_a_machine())


class DeathTest(testbed.ServerTest):
    def restart(self):
        self.pxed.kill()
        self.pxed.start()

    def test_F2_a_lease_survives_the_sudden_death_of_pxed(self):
        client = self.dhcp_client()
        ack = client.lease()
        self.restart()
        self.assertEqual(self.lease(ack.address)["mac"], client.mac)
        other = self.dhcp_client().lease()
        self.assertNotEqual(other.address, ack.address)
        self.assertEqual(client.init_reboot(ack.address).type, "ack")

    def test_F1_C56_an_offer_made_before_the_death_is_still_taken_up_after_it(self):
        client = self.dhcp_client()
        offer = client.discover()
        self.restart()
        ack = client.select(offer)
        self.assertEqual([ack.type, ack.address], ["ack", offer.address])

    def test_what_the_api_was_told_survives_too(self):
        self.add_host("survivor", "52:54:00:77:ab:cd", "10.77.0.81")
        self.restart()
        self.assertRegex(self.adm("host", "list"), re.compile("survivor"))

    def test_F14_a_second_pxed_on_the_same_state_is_refused(self):
        code, _, said = self.net.run(*self.pxed.command, check=False)
        self.assertNotEqual(code, 0)
        self.assertIn("state", said)
        self.assert_alive()
