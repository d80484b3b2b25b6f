"""pxed in the lab's namespace, and pxeadm that talks to it."""

import collections
import json
import os
import pathlib
import shlex
import signal

from . import shell

READY_WAIT = "30s"  # a sanitizer build on a busy computer is slow to start


def programs():
    """Where pxed and pxeadm are: $PXE_BIN, or the release build."""
    return pathlib.Path(os.environ.get("PXE_BIN") or shell.ROOT / "build/release/bin")


class Pxeadm:
    """The operator's program as a person would type it: `adm("host", "list")` returns stdout.

    A refusal raises shell.CommandFailed with what pxeadm said; `echo`, when given, is called with
    each command line before it runs.
    """

    def __init__(self, server, echo=None):
        self.server = server
        self.echo = echo

    def __call__(self, *argv):
        if self.echo:
            self.echo(shlex.join(["pxeadm", *argv]))
        return shell.run(programs() / "pxeadm", "--server", self.server, *argv)[1]

    def json(self, *argv):
        return json.loads(self("-o", "json", *argv))


class Pxed:
    """One pxed serving the bridge of `net`; its state and its log lie in `folder`.

        with Pxed(net, folder, root) as pxed:
            pxed.adm("subnet", "create", ...)

    Leaving the block ends it with SIGTERM and insists on a clean end, which is where a sanitizer
    build says what it has found.
    """

    def __init__(self, net, folder, tftp_root, *flags, outlive=False):
        self.net = net
        self.folder = pathlib.Path(folder)
        self.socket = f"unix:{self.folder}/pxed.sock"
        self.log_path = self.folder / "pxed.log"
        self.adm = Pxeadm(self.socket)
        self.outlive = outlive
        self.process = None
        self.command = [
            programs() / "pxed",
            *("--state-dir", self.folder / "state"),
            *("--tftp-root", tftp_root),
            *("--listen", self.socket),
            *("--interface", "br0"),
            *flags,
        ]

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, *_):
        code = shell.stop(self.process, seconds=30)
        if code != 0 and kind is None:
            raise RuntimeError(f"pxed ended with {code}; it said:\n{self.log()}")

    def start(self):
        """Returns when it serves; after a kill() it goes on with the same state."""
        with open(self.log_path, "ab") as log:
            self.process = self.net.spawn(self.command, stdout=log, outlive=self.outlive)
        try:
            self.adm("status", "--wait", READY_WAIT)
        except BaseException as error:
            shell.stop(self.process)
            raise RuntimeError(f"pxed did not start ({error}); it said:\n{self.log()}") from error

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def counters(self, server):
        """What has become of the packets so far, by name; `server` is "DHCP" or "TFTP"."""
        word = {"DHCP": "DHCP packets:", "TFTP": "TFTP requests:"}[server]
        before = len(self.lines(word))
        self.process.send_signal(signal.SIGUSR1)
        shell.wait_until(lambda: len(self.lines(word)) > before, "the counters in the log")
        pairs = self.lines(word)[-1].split(word)[1].split()
        return collections.Counter({name: int(count) for name, count in
                                    (pair.split("=") for pair in pairs)})

    def lines(self, text):
        return [line for line in self.log().splitlines() if text in line]
