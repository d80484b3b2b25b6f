"""The TFTP servers that are measured, each started fresh.

    with Atftpd("atftpd").running(link, files) as group:
        group.cpu_seconds()

Each has room for all clients, whatever its default. None logs what goes well, but for pxed, which
does as it is shipped.
"""

import contextlib

from . import link as wire
from . import meter, servers

MAX_WINDOW = 64
_MAX_CLIENTS = 1100
PEERS = servers.PEERS


class Server:
    is_pxed = False

    def __init__(self, name):
        self.name = name

    @contextlib.contextmanager
    def running(self, link, files):
        with meter.Group(self.name) as group, \
                servers.spawned(link, files.folder, self.command(files)) as process:
            group.add(process.pid)
            self.await_answers(link, process, files)
            yield group

    def command(self, files):
        raise NotImplementedError

    def await_answers(self, link, process, files):
        for _ in range(100):
            if process.poll() is not None:
                break
            if link.fetch("--configs", files.text_path, "--patience-ms", 200,
                          "--tries", 1)["done"] == 1:
                return
        said = (files.folder / "output.log").read_text()
        raise RuntimeError(f"{self.name} does not answer: {said}")


class TftpdHpa(Server):
    def command(self, files):
        return [PEERS / "tftpd-hpa/usr/sbin/in.tftpd", "--foreground", "--address", wire.SERVER,
                "--secure", files.root]


class Atftpd(Server):
    def command(self, files):
        return [PEERS / "atftpd/usr/sbin/atftpd", "--daemon", "--no-fork", "--bind-address",
                wire.SERVER, "--maxthread", str(_MAX_CLIENTS), "--verbose=3", "--logfile",
                files.folder / "atftpd.log", files.root]


class Dnsmasq(Server):
    def command(self, files):
        return [PEERS / "dnsmasq-base/usr/sbin/dnsmasq", "--keep-in-foreground",
                "--conf-file=/dev/null", "--port=0", "--interface=eth0", "--user=root",
                f"--pid-file={files.folder / 'dnsmasq.pid'}", "--enable-tftp",
                f"--tftp-root={files.root}", f"--tftp-max={_MAX_CLIENTS}", "--quiet-tftp",
                f"--log-facility={files.folder / 'dnsmasq.log'}"]


class Null(Server):
    """The ceiling: bench/tftp_null.cc."""

    def command(self, files):
        return [wire.program("tftp_null"), files.text_path, files.root / "big", files.root / "middle"]


class Pxed(Server):
    is_pxed = True

    def __init__(self, name, *flags):
        super().__init__(name)
        self.flags = flags

    @contextlib.contextmanager
    def running(self, link, files):
        with meter.Group(self.name) as group, \
                files.pxed(link, f"--tftp-max-window={MAX_WINDOW}", *self.flags) as pxed:
            group.add(pxed.process.pid)
            self.await_answers(link, pxed.process, files)
            yield group


def all_servers():
    return [Pxed("pxed"), Pxed("pxed-1port", "--tftp-single-port"), TftpdHpa("tftpd-hpa"),
            Atftpd("atftpd"), Dnsmasq("dnsmasq"), Null("ceiling")]
