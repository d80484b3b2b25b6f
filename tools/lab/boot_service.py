"""A machine that asks the boot service, on port 4011, by a socket of its kernel."""

import socket
import time

from scapy.layers.dhcp import BOOTP, DHCP

ANSWER_SECONDS = 5


class BootServiceClient:
    """A UDP socket of a machine that asks the boot service and hears its answers."""

    def __init__(self, machine, address, port):
        self.socket = machine.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, port))

    def ask(self, payload, to, port=4011):
        """The answer and where it came from; None: silence."""
        self.socket.sendto(bytes(payload), (to, port))
        end = time.monotonic() + ANSWER_SECONDS
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                data, sender = self.socket.recvfrom(65535)
            except TimeoutError:
                return None
            bootp = BOOTP(data)
            if bootp.xid == payload.xid:
                return bootp, sender
        return None


def options_of(bootp):
    return {option[0]: option[1] for option in bootp[DHCP].options if isinstance(option, tuple)}
