"""Two namespaces and one veth pair: the server's computer and the clients'.

    with Link("kea") as link:
        link.server.spawn(...)          # serves eth0, which has SERVER
        link.load("--rate", 1000, ...)  # what dhcp_load printed
    link.fetch("--file", "big", ...)  # what tftp_load printed
"""

import json
import os
import pathlib

from lab import daemon, network, shell

SERVER = "10.80.0.1"
RELAY = "10.80.0.2"
NETWORK = "10.80.0.0/12"
NETMASK = "255.240.0.0"
_BIT = 12


def pool(size):
    """The first and the last address of a pool of `size`."""
    first = (10 << 24) + (84 << 16)
    return tuple(".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))
                 for value in (first, first + size - 1))


class Link:
    def __init__(self, label, mtu=1500):
        self.mtu = mtu
        name = f"pxelab-{os.getpid()}-{label}"
        self.server = network.Namespace(f"{name}-s")
        self.clients = network.Namespace(f"{name}-c")

    def __enter__(self):
        network.sweep()
        try:
            for side in (self.server, self.clients):
                side.create()
            self.server.ip("link", "add", "eth0", "type", "veth",
                           "peer", "name", "eth0", "netns", self.clients.name)
            for side, address in ((self.server, SERVER), (self.clients, RELAY)):
                side.ip("addr", "add", f"{address}/{_BIT}", "dev", "eth0")
                side.ip("link", "set", "eth0", "mtu", str(self.mtu), "up")
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_):
        self.remove()

    def remove(self):
        self.clients.remove()
        self.server.remove()

    def load(self, *flags, direct=False, timeout=120):
        """Runs dhcp_load to its end. What it printed, as a dictionary."""
        where = ("--interface", "eth0") if direct else ("--relay", RELAY, "--server", SERVER)
        return self._run("dhcp_load", *where, *flags, timeout=timeout)

    def fetch(self, *flags, timeout=300):
        """Runs tftp_load to its end. What it printed, as a dictionary."""
        return self._run("tftp_load", "--server", SERVER, "--from", RELAY, *flags, timeout=timeout)

    def _run(self, name, *flags, timeout):
        code, out, err = self.clients.run(program(name), *flags, check=False, timeout=timeout)
        if code == 2 or not out:
            raise RuntimeError(f"{name}: exit code {code}: {err}")
        return json.loads(out)


def program(name):
    path = daemon.programs() / name
    if not pathlib.Path(path).exists():
        raise RuntimeError(f"{path} is not there; build it")
    return path


def peer_libraries():
    """Of the programs that are unpacked, not installed."""
    return ":".join(str(path) for path in (shell.ROOT / "build/peers").glob("*/usr/lib/*-linux-gnu"))
