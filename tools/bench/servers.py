"""The servers that are measured, each started fresh in a folder of its own.

    with Kea("kea", threads=False).running(link, folder, pool_size) as server:
        server.pid

All give the same to each client: an address, a router, a boot file. None logs what goes well,
but for pxed, which does as it is shipped.
"""

import contextlib
import json
import os
import pathlib

from lab import daemon, shell

from . import link as wire

PEERS = shell.ROOT / "build/peers"
LEASE_SECONDS = 3600


@contextlib.contextmanager
def spawned(link, folder, command, **environment):
    """A program with the libraries that were unpacked beside it; what it says is in output.log."""
    environment = {"LD_LIBRARY_PATH": wire.peer_libraries(), **environment}
    pairs = [f"{name}={value}" for name, value in environment.items()]
    with open(folder / "output.log", "ab") as output:
        process = link.server.spawn(["env", *pairs, *command], stdout=output)
    try:
        yield process
    finally:
        shell.stop(process)


class Server:
    """What is common: a program in the foreground that answers soon after it was started."""

    first_rate = 1000  # where the search begins, per second
    max_pool = 1 << 18
    durable = "no"
    direct = True

    def __init__(self, name):
        self.name = name

    @contextlib.contextmanager
    def running(self, link, folder, pool_size, preload=()):
        folder = pathlib.Path(folder)
        command = self.prepare(folder, min(pool_size, self.max_pool))
        with spawned(link, folder, command, KEA_PIDFILE_DIR=folder, KEA_LOCKFILE_DIR=folder,
                     **dict(preload)) as process:
            self.await_answers(link, process, folder)
            yield process

    def prepare(self, folder, pool_size):
        """Writes what the program reads; its command line."""
        raise NotImplementedError

    def await_answers(self, link, process, folder):
        """By asking: each client tried here has a lease afterwards."""
        for attempt in range(100):
            if process.poll() is not None:
                raise RuntimeError(f"{self.name} ended: {(folder / 'output.log').read_text()}")
            one = link.load("--herd", 255, "--first", attempt, "--clients", 1, "--timeout-ms", 200)
            if one["bound"] == 1:
                return
        raise RuntimeError(f"{self.name} does not answer: {(folder / 'output.log').read_text()}")


class Kea(Server):
    first_rate = 16_000

    def __init__(self, name, threads):
        super().__init__(name)
        self.threads = threads

    def prepare(self, folder, pool_size):
        first, last = wire.pool(pool_size)
        config = {"Dhcp4": {
            "interfaces-config": {"interfaces": ["eth0"]},
            "lease-database": {"type": "memfile", "persist": True, "lfc-interval": 0,
                               "name": str(folder / "leases.csv")},
            "multi-threading": {"enable-multi-threading": self.threads},
            "valid-lifetime": LEASE_SECONDS,
            "subnet4": [{"id": 1, "subnet": wire.NETWORK, "next-server": wire.SERVER,
                         "boot-file-name": "pxelinux.0", "pools": [{"pool": f"{first} - {last}"}],
                         "option-data": [{"name": "routers", "data": wire.SERVER}]}],
            "loggers": [{"name": "kea-dhcp4", "severity": "ERROR",
                         "output_options": [{"output": str(folder / "kea.log")}]}],
        }}
        (folder / "kea.json").write_text(json.dumps(config))
        return [PEERS / "kea-dhcp4-server/usr/sbin/kea-dhcp4", "-c", folder / "kea.json"]


class IscDhcpd(Server):
    first_rate = 4000
    max_pool = 1 << 13  # its list of free leases is walked for each client
    durable = "each"

    def prepare(self, folder, pool_size):
        first, last = wire.pool(pool_size)
        (folder / "leases").touch()
        (folder / "dhcpd.conf").write_text(f"""
            authoritative; default-lease-time {LEASE_SECONDS}; ping-check false;
            next-server {wire.SERVER}; filename "pxelinux.0";
            subnet {wire.NETWORK.split("/")[0]} netmask {wire.NETMASK} {{
              range {first} {last}; option routers {wire.SERVER};
            }}""")
        return [PEERS / "isc-dhcp-server/usr/sbin/dhcpd", "-4", "-f", "-q",
                "-cf", folder / "dhcpd.conf", "-lf", folder / "leases", "-pf", folder / "pid",
                "eth0"]


class Dnsmasq(Server):
    first_rate = 400
    max_pool = 1 << 12  # it writes the whole file for each ACK
    durable = "each"

    def prepare(self, folder, pool_size):
        first, last = wire.pool(pool_size)
        return [PEERS / "dnsmasq-base/usr/sbin/dnsmasq", "--keep-in-foreground",
                "--conf-file=/dev/null", "--port=0", "--interface=eth0", "--user=root",
                f"--pid-file={folder / 'pid'}", "--no-ping",
                f"--dhcp-range={first},{last},{wire.NETMASK},{LEASE_SECONDS}",
                f"--dhcp-lease-max={pool_size}", f"--dhcp-leasefile={folder / 'leases'}",
                f"--dhcp-boot=pxelinux.0,,{wire.SERVER}", f"--dhcp-option=3,{wire.SERVER}",
                "--dhcp-authoritative", "--quiet-dhcp", f"--log-facility={folder / 'log'}"]


class Null(Server):
    """The ceiling: bench/dhcp_null.cc."""

    first_rate = 90_000
    durable = "group"
    direct = False  # to all by broadcast only

    def prepare(self, folder, pool_size):
        first, _ = wire.pool(pool_size)
        return [wire.program("dhcp_null"), wire.SERVER, first, folder / "log"]


class Pxed(Server):
    first_rate = 40_000
    durable = "group"

    @contextlib.contextmanager
    def running(self, link, folder, pool_size, preload=()):
        """With its state of before, if the folder has one."""
        root = pathlib.Path(folder) / "tftp"
        root.mkdir(exist_ok=True)
        with _environment(preload):
            pxed = daemon.Control(link.server, folder, "--tftp-root", root, "--interface", "eth0",
                                  name="pxed", roles=())
        with _environment(preload), pxed:
            if not pxed.adm.json("subnet", "list"):
                pxed.adm("profile", "create", "debian", "--kernel", "vmlinuz")
                pxed.adm("subnet", "create", "lab", "--unknown", "profile=debian", "--cidr", wire.NETWORK,
                         "--pool", "-".join(wire.pool(min(pool_size, self.max_pool))),
                         "--edge-addresses", "true",  # as the peers give them
                         "--router", wire.SERVER, "--lease", f"{LEASE_SECONDS}s")
            yield pxed.process


@contextlib.contextmanager
def _environment(pairs):
    before = {name: os.environ.get(name) for name in dict(pairs)}
    os.environ.update({name: str(value) for name, value in dict(pairs).items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def all_servers():
    return [Pxed("pxed"), Kea("kea", threads=False), Kea("kea-mt", threads=True),
            IscDhcpd("isc-dhcpd"), Dnsmasq("dnsmasq"), Null("ceiling")]
