"""DHCP servers that we did not write, on a machine of the lab: beside ours, or in its place.

    with dhcp_peer.Kea(machine, folder): ...

The machine's eth0 has ADDRESS; machines get FIRST to LAST. The programs are unpacked under
build/peers/ and touch nothing outside of `folder`.
"""

import contextlib
import json
import pathlib

from bench import link

from . import shell

PEERS = shell.ROOT / "build/peers"
ADDRESS, PREFIX = "10.77.0.2", 24
FIRST, LAST = "10.77.0.60", "10.77.0.69"
NETWORK, NETMASK = "10.77.0.0", "255.255.255.0"


class Peer(contextlib.AbstractContextManager):
    """Serves when the block begins, ends with it."""

    name = ""
    started = ""  # what it says then

    def __init__(self, machine, folder, address=ADDRESS):
        self.machine = machine
        self.address = address
        self.folder = pathlib.Path(folder) / f"{machine.name}-{self.name}"
        self.log_path = self.folder / "log"
        self.process = None

    def __enter__(self):
        self.folder.mkdir()
        if self.address not in self.machine.ip("-4", "addr", "show"):
            self.machine.ip("addr", "add", f"{self.address}/{PREFIX}", "dev", "eth0")
        environment = {"LD_LIBRARY_PATH": link.peer_libraries(), "KEA_PIDFILE_DIR": self.folder,
                       "KEA_LOCKFILE_DIR": self.folder}
        pairs = [f"{name}={value}" for name, value in environment.items()]
        with open(self.log_path, "ab") as log:
            self.process = self.machine.spawn(["env", *pairs, *self.command()], stdout=log)
        try:
            shell.wait_until(self._is_ready, self.name)
        except BaseException:
            shell.stop(self.process)
            raise
        return self

    def __exit__(self, *_):
        shell.stop(self.process)

    def _is_ready(self):
        said = self.log_path.read_text(errors="replace")
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended: {said}")
        return self.started in said

    def command(self):
        """Writes what the program reads; its command line."""
        raise NotImplementedError


class Kea(Peer):
    name = "kea"
    started = "DHCP4_STARTED"

    def command(self):
        config = {"Dhcp4": {
            "interfaces-config": {"interfaces": ["eth0"]},
            "lease-database": {"type": "memfile", "persist": False},
            "subnet4": [{"id": 1, "subnet": f"{NETWORK}/{PREFIX}",
                         "pools": [{"pool": f"{FIRST} - {LAST}"}]}],
            "loggers": [{"name": "kea-dhcp4", "severity": "INFO",
                         "output_options": [{"output": "stdout"}]}],
        }}
        (self.folder / "kea.json").write_text(json.dumps(config))
        return [PEERS / "kea-dhcp4-server/usr/sbin/kea-dhcp4", "-c", self.folder / "kea.json"]


class Dnsmasq(Peer):
    name = "dnsmasq"
    started = "DHCP, IP range"

    def command(self):
        return [PEERS / "dnsmasq-base/usr/sbin/dnsmasq", "--keep-in-foreground",
                "--conf-file=/dev/null", "--port=0", "--interface=eth0", "--user=root",
                f"--pid-file={self.folder / 'pid'}", "--no-ping", "--log-facility=-",
                f"--dhcp-range={FIRST},{LAST},{NETMASK},3600",
                f"--dhcp-leasefile={self.folder / 'leases'}"]


class IscDhcpd(Peer):
    """With a configuration of the caller's."""

    name = "dhcpd"
    started = "Server starting service"

    def __init__(self, machine, folder, configuration, interface="eth0", **how):
        super().__init__(machine, folder, **how)
        self.configuration = configuration
        self.interface = interface

    def command(self):
        (self.folder / "leases").touch()
        (self.folder / "dhcpd.conf").write_text(self.configuration)
        return [PEERS / "isc-dhcp-server/usr/sbin/dhcpd", "-4", "-d",
                "-cf", self.folder / "dhcpd.conf", "-lf", self.folder / "leases",
                "-pf", self.folder / "pid", self.interface]
