"""What the namespace tests share: a network, a pxed with one subnet and one profile, some clients.

    class SomeTest(testbed.ServerTest):
        def test_a_client_gets_an_address(self):
            with self.dhcp_client("c1") as client:
                ...

One network and one pxed serve a class; every test plugs in machines of its own.
"""

import contextlib
import itertools
import pathlib
import tempfile
import unittest

from . import daemon, dhclient, dhcp_client, network, shell

SERVER = "10.77.0.1"
PROFILE = "debian"
PEERS = shell.ROOT / "build/peers"
DHCPCD = PEERS / "dhcpcd-base/usr/sbin/dhcpcd"
DHCRELAY = PEERS / "isc-dhcp-relay/usr/sbin/dhcrelay"

_BOOT_FILES = {
    "pxelinux.0": b"loader" * 7000,
    "syslinux.efi": b"efi loader" * 20000,
    "debian/vmlinuz": b"kernel" * 300_000,
    "debian/initrd.img": b"initrd",
}


class ServerTest(unittest.TestCase):
    subnet_flags = ()  # for `pxeadm subnet create`
    serve_flags = ()  # for pxed
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        cls.folder = pathlib.Path(cls.stack.enter_context(tempfile.TemporaryDirectory()))
        cls.folder.chmod(0o755)
        cls.root = cls.folder / "tftp"
        for name, content in _BOOT_FILES.items():
            cls.put_file(name, content)
        cls.net = cls.stack.enter_context(network.Network(cls.__name__.lower(), SERVER))
        cls.lay_out()
        cls.pxed = cls.stack.enter_context(
            daemon.Pxed(cls.net, cls.folder, cls.root, *cls.serve_flags))
        cls.adm = cls.pxed.adm
        cls.adm("profile", "create", PROFILE, "--kernel", "debian/vmlinuz",
                "--initrd", "debian/initrd.img", "--args", "console=ttyS0 id={{host.id}}")
        cls.adm("subnet", "create", "lab", "--cidr", "10.77.0.0/24",
                "--pool", "10.77.0.100-10.77.0.199", "--router", SERVER, "--dns", SERVER,
                *cls.subnet_flags)
        cls.numbers = itertools.count(1)

    @classmethod
    def lay_out(cls):
        """For more of a network than one bridge, before pxed starts."""

    @classmethod
    def put_file(cls, name, content):
        path = cls.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def plug_in(self, mac=None):
        """A new machine's namespace; its eth0 is on the bridge and has no address."""
        number = next(self.numbers)
        client = self.net.client(f"c{number}", mac or f"52:54:00:77:00:{number:02x}")
        self.addCleanup(client.remove)
        return client

    def dhcp_client(self, client=None):
        return self.enterContext(dhcp_client.DhcpClient(client or self.plug_in()))

    def with_address(self, address):
        """A machine that needs no DHCP: for TFTP."""
        client = self.plug_in()
        client.ip("addr", "add", f"{address}/24", "dev", "eth0")
        # The kernel takes no news of an address for a second, and then sends to who had it before
        # for half a minute.
        self.net.ip("neigh", "flush", "to", address, "dev", "br0")
        return client

    def dhclient(self, client, *flags):
        """Runs ISC's client until it is bound and returns its lease file."""
        return dhclient.run(client, self.folder / client.name, *flags)

    def add_host(self, name, mac, address, *flags):
        self.adm("host", "create", name, "--mac", mac, "--address", address, "--profile", PROFILE,
                 *flags)

    def lease(self, address):
        return self.adm.json("lease", "get", address)

    def assert_silence(self, client, payload, seconds=1.5, **how):
        """No answer within the time. A server that answers late passes: use beside a control."""
        client.send(payload, **how)
        for reply in client.replies(payload.xid, seconds):
            self.fail(f"answered with {reply.type}")

    def assert_alive(self):
        self.adm("status")
