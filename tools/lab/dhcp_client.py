"""A DHCP client of our own making, for what packaged clients do not send.

Frames are built and read by scapy; no IP stack of the kernel takes part, so the client answers no
ARP and has no address: what a boot ROM is like. Needs python3-scapy.
"""

import logging
import random
import socket
import time

logging.getLogger("scapy.runtime").setLevel(logging.ERROR)

from scapy.layers.dhcp import BOOTP, DHCP  # noqa: E402
from scapy.layers.inet import IP, UDP  # noqa: E402
from scapy.layers.l2 import Ether  # noqa: E402

BROADCAST_FLAG = 0x8000
ANSWER_SECONDS = 20
_ETH_P_IP = 0x0800

# What the iPXE ROM of QEMU and OVMF's PXE client say of themselves.
IPXE_BIOS = [(93, b"\0\0"), (60, b"PXEClient:Arch:00000:UNDI:002001"), (77, b"iPXE")]
UEFI_X64 = [(93, b"\0\7"), (60, b"PXEClient:Arch:00007:UNDI:003016")]
WANTED = (55, bytes([1, 3, 6, 12, 15, 43, 60, 66, 67]))


class Reply:
    """A server's packet, seen by a client."""

    def __init__(self, frame):
        ether = Ether(frame)
        self.frame = frame
        self.to_mac = ether.dst
        self.to_address = ether[IP].dst
        self.from_address = ether[IP].src
        self.payload = bytes(ether[UDP].payload)
        self.bootp = ether[BOOTP]
        self.address = self.bootp.yiaddr
        self.options = {}
        for option in ether[DHCP].options:
            if isinstance(option, tuple):
                self.options[option[0]] = option[1] if len(option) == 2 else list(option[1:])

    @property
    def type(self):
        names = {2: "offer", 5: "ack", 6: "nak"}
        return names.get(self.options["message-type"], self.options["message-type"])

    @property
    def boot_file(self):
        return self.bootp.file.rstrip(b"\0").decode()


class DhcpClient:
    """A machine with the address `mac` on `interface` of a lab namespace."""

    def __init__(self, namespace, mac=None, interface="eth0"):
        self.mac = mac or namespace.mac(interface)
        self.namespace = namespace
        self.socket = namespace.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_IP))
        self.socket.bind((interface, _ETH_P_IP))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def packet(self, kind, options=(), **fields):
        """The BOOTP payload of a request; `fields` are BOOTP's (ciaddr, giaddr, flags, xid...)."""
        fields = {"op": 1, "xid": random.getrandbits(32), **fields}
        fields["chaddr"] = bytes.fromhex(self.mac.replace(":", ""))
        return BOOTP(**fields) / DHCP(options=[("message-type", kind), *options, "end"])

    def send(self, payload, to="255.255.255.255", source="0.0.0.0", to_mac="ff:ff:ff:ff:ff:ff"):
        frame = Ether(src=self.mac, dst=to_mac) / IP(src=source, dst=to) / UDP(sport=68, dport=67)
        self.socket.send(bytes(frame / payload))

    def replies(self, xid, seconds):
        """The server's packets with our xid that arrive within the time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                frame = self.socket.recv(65535)
            except TimeoutError:
                return
            ether = Ether(frame)
            if BOOTP in ether and ether[BOOTP].op == 2 and ether[BOOTP].xid == xid:
                yield Reply(frame)

    def ask(self, payload, **how):
        """Sends and returns the one answer; silence is a TimeoutError."""
        self.send(payload, **how)
        for reply in self.replies(payload.xid, ANSWER_SECONDS):
            return reply
        raise TimeoutError(f"no answer to {payload.summary()}")

    def discover(self, options=(), **fields):
        return self.ask(self.packet("discover", [*options, WANTED], **fields))

    def select(self, offer, options=(), **fields):
        """REQUEST in state SELECTING: takes up an offer."""
        chosen = [("server_id", offer.options["server_id"]), ("requested_addr", offer.address)]
        return self.ask(self.packet("request", [*chosen, *options, WANTED], **fields))

    def init_reboot(self, address, **fields):
        return self.ask(self.packet("request", [("requested_addr", address)], **fields))

    def lease(self, options=(), **fields):
        """DISCOVER, OFFER, REQUEST, ACK; returns the ACK."""
        return self.select(self.discover(options, **fields), options, **fields)
