"""TFTP clients that we did not write, behind the same two calls.

    for client in tftp_clients.ALL:
        client(machine, folder).fetch("10.77.0.1", "debian/vmlinuz", blksize=1428)

`fetch` returns the bytes of a file, `store` sends some. A refusal is a Refused that holds whatever
the client has printed, the server's own words among it. What a client cannot be told, its class
does not list in `options`.
"""

import pathlib

from . import shell

_SECONDS = 120
_PORT = "69"


class Refused(RuntimeError):
    """The transfer did not succeed; the message is what the client printed."""


class Client:
    name = ""
    options = frozenset()  # of blksize, windowsize, tsize, netascii

    def __init__(self, machine, folder):
        self.machine = machine
        self.local = pathlib.Path(folder) / f"{machine.name}-{self.name}"

    def fetch(self, server, path, **options):
        self.local.unlink(missing_ok=True)
        self._run(self.command("get", server, path, **options))
        return self.local.read_bytes()

    def store(self, server, path, content, **options):
        self.local.write_bytes(content)
        self._run(self.command("put", server, path, **options))

    def command(self, how, server, path, **options):
        raise NotImplementedError

    def failed(self, code, said):
        return code != 0

    def _run(self, command):
        code, out, err = self.machine.run(*command, check=False, timeout=_SECONDS)
        if self.failed(code, out + err):
            raise Refused(out + err)


class Curl(Client):
    """Always asks for tsize, blksize and timeout, unless it is told `plain`."""

    name = "curl"
    options = frozenset({"blksize", "netascii"})

    def command(self, how, server, path, blksize=None, netascii=False, plain=False):
        flags = ["--tftp-blksize", blksize] if blksize else []
        flags += ["--tftp-no-options"] if plain else []
        local = ["-o", self.local] if how == "get" else ["-T", self.local]
        mode = ";mode=netascii" if netascii else ""
        return ["curl", "-sSvg", "--path-as-is", "-m", _SECONDS, *flags, *local,
                f"tftp://{server}/{path}{mode}"]


class TftpHpa(Client):
    """RFC 1350 and nothing else."""

    name = "tftp-hpa"
    options = frozenset({"netascii"})

    def command(self, how, server, path, netascii=False):
        files = [path, self.local] if how == "get" else [self.local, path]
        return [shell.ROOT / "build/peers/tftp-hpa/usr/bin/tftp", "-m",
                "ascii" if netascii else "binary", server, _PORT, "-c", how, *files]

    def failed(self, code, said):
        return code != 0 or "Error code" in said or "timed out" in said


class Atftp(Client):
    """The only one here that asks for windows."""

    name = "atftp"
    options = frozenset({"blksize", "windowsize", "tsize", "netascii"})

    def command(self, how, server, path, netascii=False, **values):
        flags = ["-g"] if how == "get" else ["-p"]
        flags += ["-l", self.local, "-r", path]
        for option, value in values.items():
            flags += ["--option", f"{option} {value}"]
        flags += ["--option", "mode netascii"] if netascii else []
        return ["atftp", *flags, server, _PORT]


class Busybox(Client):
    """Asks for tsize when it asks for blksize."""

    name = "busybox"
    options = frozenset({"blksize"})

    def command(self, how, server, path, blksize=None):
        flags = ["-b", blksize] if blksize else []
        return ["busybox", "tftp", "-g" if how == "get" else "-p", "-l", self.local, "-r", path,
                *flags, server, _PORT]


ALL = (Curl, TftpHpa, Atftp, Busybox)
