"""Everything that crosses an interface of the lab, and tshark's judgement of it.

Frames are read from a packet socket into which the kernel puts them before the sender's call
returns, so there is nothing to wait for: what has been sent is there.
"""

import pathlib
import socket
import struct

from . import shell

_ETH_P_ALL = 3
_RECEIVE_BYTES = 1 << 24
_PCAP_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


class Capture:
    """Collects frames of one interface from now on. Use as a context manager."""

    def __init__(self, namespace, interface):
        self.socket = namespace.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        self.socket.bind((interface, _ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)
        self.collected = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def frames(self):
        """All Ethernet frames so far, as bytes, in order."""
        self.socket.setblocking(False)
        while True:
            try:
                self.collected.append(self.socket.recv(65535))
            except BlockingIOError:
                return list(self.collected)

    def tshark(self, folder, display_filter, *fields):
        """The frames that match, one list of the asked `fields` each, as tshark prints them."""
        path = pathlib.Path(folder) / "capture.pcap"
        with open(path, "wb") as file:
            file.write(_PCAP_HEADER)
            for number, frame in enumerate(self.frames()):
                file.write(struct.pack("<IIII", number, 0, len(frame), len(frame)) + frame)
        command = ["tshark", "-r", path, "-Y", display_filter, "-T", "fields"]
        # Checksums are left to the network card, which a veth does not have.
        command += ["-o", "udp.check_checksum:FALSE", "-o", "ip.check_checksum:FALSE"]
        for field in fields:
            command += ["-e", field]
        return [line.split("\t") for line in shell.run(*command)[1].splitlines()]
