"""SIGKILL at random while a thousand machines ask for leases: what was acknowledged is kept."""

import random
import selectors
import socket
import struct
import time

from lab import testbed

CLIENTS = 1000
KILLS = 20
IN_FLIGHT = 32  # machines that ask at the same time: several share a commit, and a kill
RESEND_SECONDS = 2.0  # a lost packet is sent again after this, as a client would
GUARD_SECONDS = 240
SEED = 20261122

RELAY = "10.78.0.1"
MAGIC = b"\x63\x82\x53\x63"
DISCOVER, OFFER, REQUEST, ACK, NAK = 1, 2, 3, 5, 6


class Machine:
    """One client behind the relay, by hand: scapy is too slow for thousands of packets."""

    def __init__(self, number):
        self.xid = 0x10000 + number
        self.mac = bytes([0x52, 0x54, 0x00, 0x99, number >> 8, number & 0xFF])
        self.offered = None  # the address and server it has chosen
        self.sent_at = 0.0

    def packet(self):
        """What it sends next: DISCOVER, or REQUEST for what it was offered."""
        kind = REQUEST if self.offered else DISCOVER
        options = bytes([53, 1, kind])
        if self.offered:
            address, server = self.offered
            options += bytes([50, 4]) + address + bytes([54, 4]) + server
        giaddr = socket.inet_aton(RELAY)
        header = struct.pack("!BBBBIHH4s4s4s4s16s64s128s", 1, 1, 6, 1, self.xid, 0, 0,
                             b"", b"", b"", giaddr, self.mac, b"", b"")
        return header + MAGIC + options + b"\xff"

    def hear(self, payload):
        """Takes a reply; returns the address if it is an ACK."""
        options = options_of(payload)
        kind = options[53][0]
        if kind == OFFER and not self.offered:
            self.offered = (payload[16:20], options[54])
        elif kind == NAK:
            self.offered = None
        elif kind == ACK:
            return socket.inet_ntoa(payload[16:20])
        return None


def options_of(payload):
    found = {}
    at = payload.index(MAGIC) + len(MAGIC)
    while at < len(payload) and payload[at] != 255:
        if payload[at] == 0:
            at += 1
            continue
        found[payload[at]] = payload[at + 2:at + 2 + payload[at + 1]]
        at += 2 + payload[at + 1]
    return found


def mac_text(mac):
    return ":".join(f"{byte:02x}" for byte in mac)


class KillTest(testbed.ServerTest):
    def setUp(self):
        self.adm("subnet", "create", "far", "--cidr", "10.78.0.0/20",
                 "--pool", "10.78.1.0-10.78.5.255")
        self.addCleanup(self.adm, "subnet", "delete", "far")
        relay = self.with_address("10.77.0.250")
        relay.ip("addr", "add", f"{RELAY}/20", "dev", "lo")
        self.net.ip("route", "replace", "10.78.0.0/20", "via", "10.77.0.250")
        relay.ip("route", "replace", "10.77.0.0/24", "dev", "eth0", "src", RELAY)
        self.port = relay.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(self.port.close)
        self.port.bind((RELAY, 67))
        self.port.setblocking(False)
        self.selector = selectors.DefaultSelector()
        self.addCleanup(self.selector.close)
        self.selector.register(self.port, selectors.EVENT_READ)
        self.random = random.Random(SEED)
        self.acked = {}  # address: MAC address
        self.waiting = {}  # xid: machine
        self.kills = 0

    def test_F2_what_was_acknowledged_survives_twenty_kills_and_no_address_has_two_owners(self):
        machines = [Machine(number) for number in range(CLIENTS)]
        # Each kill comes with one of the packets that are sent, about two a machine; which ones is
        # chosen beforehand, so where it falls between question, commit and answer is up to chance.
        self.fatal = set(self.random.sample(range(IN_FLIGHT, 2 * CLIENTS - IN_FLIGHT), KILLS))
        self.sent = 0
        self.guard = time.monotonic() + GUARD_SECONDS
        while machines or self.waiting:
            while machines and len(self.waiting) < IN_FLIGHT:
                machine = machines.pop()
                self.waiting[machine.xid] = machine
                self.send(machine)
            self.receive()
            self.send_again()
        self.assertEqual(self.kills, KILLS)
        self.assertEqual(len(self.acked), CLIENTS)
        self.check_leases()

    def send(self, machine):
        machine.sent_at = time.monotonic()
        self.port.sendto(machine.packet(), (testbed.SERVER, 67))
        self.sent += 1
        if self.sent in self.fatal:
            self.pxed.kill()
            self.kills += 1
            self.pxed.start()
            for lost in self.waiting.values():
                lost.sent_at = 0.0

    def receive(self):
        """Reads what has arrived; waits for the first packet, or until one is to be sent again."""
        now = time.monotonic()
        self.assertLess(now, self.guard, f"{len(self.acked)} acknowledged")
        oldest = min(machine.sent_at for machine in self.waiting.values())
        if not self.selector.select(max(0.0, oldest + RESEND_SECONDS - now)):
            return
        while True:
            try:
                payload = self.port.recv(65535)
            except BlockingIOError:
                return
            machine = self.waiting.get(struct.unpack_from("!I", payload, 4)[0])
            if machine is None:
                continue  # the answer to a question that was asked twice
            address = machine.hear(payload)
            if address is None:
                self.send(machine)
                continue
            owner = self.acked.setdefault(address, machine.mac)
            self.assertEqual(owner, machine.mac, f"{address} was given to two")
            del self.waiting[machine.xid]

    def send_again(self):
        late = time.monotonic() - RESEND_SECONDS
        for machine in [m for m in self.waiting.values() if m.sent_at < late]:
            self.send(machine)

    def check_leases(self):
        listed = self.adm.json("lease", "list")
        stored = {lease["address"]: lease for lease in listed}
        self.assertEqual(len(stored), len(listed), "an address is listed twice")
        for address, mac in self.acked.items():
            self.assertEqual(stored[address]["mac"], mac_text(mac), address)
            self.assertEqual(stored[address]["state"], "LEASE_STATE_BOUND", address)
        live = [lease["mac"] for lease in listed if lease["state"] == "LEASE_STATE_BOUND"]
        self.assertEqual(len(live), len(set(live)), "a client has two addresses")
