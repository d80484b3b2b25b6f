"""A TFTP client packet by packet, and floods of requests from addresses that answer nothing.

    client = RawTftp(machine)
    client.request("pxelinux.0", blksize=1408)
    client.receive()                         # ("oack", {"blksize": "1408"})
    client.ack(0)
    client.receive()                         # ("data", 1, b"...")
"""

import contextlib
import random
import socket
import struct
import threading
import time

PORT = 69
_MAX_DATAGRAM = 65535
_RRQ, _WRQ, _DATA, _ACK, _ERROR, _OACK = range(1, 7)
_IP_HEADER = struct.Struct("!BBHHHBBH4s4s")
_UDP_HEADER = struct.Struct("!HHHH")


def request_bytes(name, opcode=_RRQ, mode="octet", **options):
    words = [name, mode] + [str(word) for pair in options.items() for word in pair]
    return struct.pack("!H", opcode) + b"".join(word.encode() + b"\0" for word in words)


def parse(packet):
    """("data", block, bytes), ("ack", block), ("error", code, text) or ("oack", options)."""
    opcode, number = struct.unpack("!HH", packet[:4])
    if opcode == _DATA:
        return "data", number, packet[4:]
    if opcode == _ACK:
        return "ack", number
    if opcode == _ERROR:
        return "error", number, packet[4:].rstrip(b"\0").decode()
    words = packet[2:].decode().split("\0")
    return "oack", dict(zip(words[::2], words[1::2]))


class RawTftp:
    def __init__(self, machine, server="10.77.0.1"):
        self.socket = machine.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.server = (server, PORT)
        self.transfer = None  # where the last packet came from

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, packet, to=None):
        self.socket.sendto(packet, to or self.server)

    def request(self, name, **options):
        self.send(request_bytes(name, **options))

    def ack(self, block):
        self.send(struct.pack("!HH", _ACK, block), self.transfer)

    def receive(self, seconds=10):
        """The next packet; None after so long without one."""
        self.socket.settimeout(seconds)
        try:
            packet, self.transfer = self.socket.recvfrom(_MAX_DATAGRAM)
        except TimeoutError:
            return None
        return parse(packet)

    def fetch(self, name, **options):
        """All of a file in lockstep, or the ERROR that came instead."""
        self.request(name, **options)
        content, block_bytes = b"", 512
        while True:
            packet = self.receive()
            if packet is None or packet[0] == "error":
                return packet
            if packet[0] == "oack":
                block_bytes = int(packet[1].get("blksize", 512))
                self.ack(0)
                continue
            content += packet[2]
            self.ack(packet[1])
            if len(packet[2]) < block_bytes:
                return content


class Flood:
    """Requests from random ports of addresses where nobody is: no ACK, and no ICMP either.

    The answers are sent to `machine`, whose kernel drops them: it does not have those addresses.
    """

    def __init__(self, network, machine, addresses, server="10.77.0.1", seed=1):
        self.sources = [socket.inet_aton(address) for address in addresses]
        self.server = server
        self.random = random.Random(seed)
        self.socket = machine.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        for address in addresses:
            network.ip("neigh", "replace", address, "lladdr", machine.mac(), "dev", "br0",
                       "nud", "permanent")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, count, packet, per_second=None):
        """So many requests, as fast as can be unless `per_second` says how fast."""
        began = time.monotonic()
        for number in range(count):
            source = self.random.choice(self.sources)
            datagram = _UDP_HEADER.pack(self.random.randrange(1024, 65536), PORT,
                                        _UDP_HEADER.size + len(packet), 0) + packet
            header = _IP_HEADER.pack(0x45, 0, 0, 0, 0, 64, socket.IPPROTO_UDP, 0, source,
                                     socket.inet_aton(self.server))
            self.socket.sendto(header + datagram, (self.server, 0))
            if per_second:
                ahead = began + (number + 1) / per_second - time.monotonic()
                time.sleep(max(ahead, 0))

    @contextlib.contextmanager
    def going_on(self, packet, per_second):
        """For as long as the block."""
        over = threading.Event()

        def pour():
            while not over.is_set():
                self.send(100, packet, per_second)

        pouring = threading.Thread(target=pour)
        pouring.start()
        try:
            yield
        finally:
            over.set()
            pouring.join()
