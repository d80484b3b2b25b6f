"""Network namespaces: one bridge with the server's address, and ports for machines and clients.

    with Network("demo") as net:
        net.tap("tap0")               # a port for a QEMU machine
        client = net.client("c1")     # a namespace of its own with eth0 on the bridge

Names carry our process id, so runs do not meet, and a run that was killed with SIGKILL is swept up
by the next one.
"""

import contextlib
import ctypes
import os
import pathlib
import re
import signal
import socket
import threading

from . import shell

_CLONE_NEWNET = 0x40000000
_NETNS_DIR = pathlib.Path("/run/netns")
_libc = ctypes.CDLL(None, use_errno=True)


class Namespace:
    """A network namespace by name; the loopback interface is up."""

    def __init__(self, name):
        self.name = name

    def create(self):
        shell.run("ip", "netns", "add", self.name)
        self.ip("link", "set", "lo", "up")

    def remove(self):
        """Ends every process inside, then removes the namespace. Safe to repeat."""
        if not (_NETNS_DIR / self.name).exists():
            return
        _, pids, _ = shell.run("ip", "netns", "pids", self.name, check=False)
        for pid in pids.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        shell.run("ip", "netns", "delete", self.name, check=False)

    def ip(self, *argv):
        return shell.run("ip", "-n", self.name, *argv)[1]

    def enter(self, *argv):
        """The command line that runs `argv` inside."""
        return ["ip", "netns", "exec", self.name, *argv]

    def run(self, *argv, **options):
        return shell.run(*self.enter(*argv), **options)

    def spawn(self, argv, **options):
        return shell.spawn(self.enter(*argv), **options)

    def socket(self, family, kind, protocol=0):
        """A socket that belongs to this namespace, usable from anywhere in this process."""
        made = []

        def make():
            with open(_NETNS_DIR / self.name, "rb") as handle:
                if _libc.setns(handle.fileno(), _CLONE_NEWNET) != 0:
                    made.append(OSError(ctypes.get_errno(), "setns"))
                    return
            try:
                made.append(socket.socket(family, kind, protocol))
            except OSError as error:
                made.append(error)

        thread = threading.Thread(target=make)  # setns changes the calling thread only
        thread.start()
        thread.join()
        if isinstance(made[0], OSError):
            raise made[0]
        return made[0]

    def mac(self, interface="eth0"):
        return re.search(r"link/ether (\S+)", self.ip("link", "show", interface)).group(1)


class Network(Namespace):
    """The namespace of the server: bridge `br0` with an address, ports made on demand."""

    def __init__(self, label, address="10.77.0.1", prefix=24, name=None):
        super().__init__(name or f"pxelab-{os.getpid()}-{label}")
        self.address = address
        self.prefix = prefix
        self.clients = []

    def __enter__(self):
        sweep()
        try:
            self.create()
            # Without a MAC address of its own a bridge has the lowest of its ports: the server's would
            # change with each machine that comes or goes, and nobody reach it for half a minute.
            self.ip("link", "add", "br0", "address", "02:00:00:77:00:01", "type", "bridge",
                    "forward_delay", "0")
            self.ip("addr", "add", f"{self.address}/{self.prefix}", "dev", "br0")
            self.ip("link", "set", "br0", "up")
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_):
        self.remove()

    def remove(self):
        for client in self.clients:
            client.remove()
        super().remove()

    def tap(self, name):
        self.ip("tuntap", "add", "dev", name, "mode", "tap")
        self._join(name)
        return name

    def remove_tap(self, name):
        self.ip("tuntap", "del", "dev", name, "mode", "tap")

    def client(self, label, mac=None):
        """A namespace whose `eth0` is plugged into the bridge; it has no address yet."""
        client = Namespace(f"{self.name}-{label}")
        self.clients.append(client)
        client.create()
        port = f"p-{label}"
        self.ip("link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", client.name)
        if mac:
            client.ip("link", "set", "eth0", "address", mac)
        client.ip("link", "set", "eth0", "up")
        self._join(port)
        return client

    def _join(self, port):
        self.ip("link", "set", port, "master", "br0")
        self.ip("link", "set", port, "up")


def sweep():
    """Removes what runs that were killed outright have left behind."""
    if not _NETNS_DIR.exists():
        return
    for path in _NETNS_DIR.iterdir():
        match = re.match(r"pxelab-(\d+)-", path.name)
        if match and not pathlib.Path(f"/proc/{match.group(1)}").exists():
            Namespace(path.name).remove()
