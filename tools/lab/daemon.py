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


class Daemon:
    """One pxed in the namespace `net`, its log in `folder`/`name`.log.

    Leaving the block ends it with SIGTERM and insists on a clean end, which is where a sanitizer
    build says what it has found.
    """

    def __init__(self, net, folder, name, *flags, outlive=False):
        self.net = net
        self.folder = pathlib.Path(folder)
        self.log_path = self.folder / f"{name}.log"
        self.outlive = outlive
        self.process = None
        self.command = [programs() / "pxed", *flags]

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
            self.await_ready()
        except BaseException as error:
            shell.stop(self.process)
            raise RuntimeError(f"pxed did not start ({error}); it said:\n{self.log()}") from error

    def await_ready(self):
        raise NotImplementedError

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def counters(self, server):
        """What has become of the packets so far, by name; `server` is "DHCP" or "TFTP"."""
        return self.counts({"DHCP": "DHCP packets:", "TFTP": "TFTP requests:"}[server])

    def counts(self, word):
        """The counters of the line that begins with `word`, as of now."""
        before = len(self.lines(word))
        self.process.send_signal(signal.SIGUSR1)
        shell.wait_until(lambda: len(self.lines(word)) > before, "the counters in the log")
        pairs = self.lines(word)[-1].split(word)[1].split()
        return collections.Counter({name: int(count) for name, count in
                                    (pair.split("=") for pair in pairs)})

    def lines(self, text):
        return [line for line in self.log().splitlines() if text in line]


class Control(Daemon):
    """A pxed with an API; by itself it serves no network.

        with Control(net, folder) as control, DataPlane(net, folder, control, root):
            control.adm("subnet", "create", ...)
    """

    def __init__(self, net, folder, *flags, name="control", roles=("--roles=control",), **how):
        self.socket = f"unix:{folder}/pxed.sock"
        own = ("--state-dir", pathlib.Path(folder) / "state", "--listen", self.socket)
        super().__init__(net, folder, name, *roles, *own, *flags, **how)
        self.adm = Pxeadm(self.socket)

    def await_ready(self):
        self.adm("status", "--wait", READY_WAIT)


class Pxed(Control):
    """Every role in one process, serving the bridge of `net`; state and log lie in `folder`.

        with Pxed(net, folder, root) as pxed:
            pxed.adm("subnet", "create", ...)
    """

    def __init__(self, net, folder, tftp_root, *flags, outlive=False):
        serve = ("--tftp-root", tftp_root, "--interface", "br0")
        super().__init__(net, folder, *serve, *flags, name="pxed", roles=(), outlive=outlive)


class DataPlane(Daemon):
    """DHCP and TFTP on the bridge of `net`, answered by a Control."""

    def __init__(self, net, folder, control, tftp_root, *flags):
        super().__init__(net, folder, "dataplane", "--roles=dhcp,tftp",
                         f"--control={control.socket}", "--tftp-root", tftp_root,
                         "--interface", "br0", *flags)

    def await_ready(self):
        """Until it serves; whether anybody answers it is another matter."""
        before = getattr(self, "ready_lines", 0)
        shell.wait_until(lambda: self._is_ready(before), "the data plane")
        self.ready_lines = before + 1

    def _is_ready(self, before):
        if self.process.poll() is not None:
            raise RuntimeError(f"exit code {self.process.returncode}")
        return len(self.lines("ready, asking")) > before

    def await_control(self, times=1):
        """Until it has found its control plane so often."""
        shell.wait_until(lambda: len(self.lines(" answers")) >= times, "the control plane's answer")
