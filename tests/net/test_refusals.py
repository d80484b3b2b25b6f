"""What stands in the way of serving: pxed says which, on one line, and ends with an error."""

import contextlib
import pathlib
import tempfile
import unittest

from lab import daemon, network, shell, testbed

FAILED = 1


class RefusalTest(unittest.TestCase):
    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self.folder.chmod(0o755)
        self.net = stack.enter_context(network.Network("refused", testbed.SERVER))
        self.socket = f"unix:{self.folder}/pxed.sock"

    def refusal(self, *flags, without=(), own=None):
        """The one line of a pxed that gives up; `without` names capabilities that it lacks."""
        bounding = ",".join(f"-{name}" for name in without)
        limits = ["setpriv", "--bounding-set", bounding, "--inh-caps", bounding] if bounding else []
        state = ["--state-dir", self.folder / "state", "--tftp-root", self.folder, "--listen",
                 self.socket]
        code, out, err = self.net.run(*limits, daemon.programs() / "pxed",
                                      *(state if own is None else own), *flags, check=False)
        self.assertEqual(code, FAILED, out + err)
        lines = [line for line in err.splitlines() if line.startswith("pxed: ")]
        self.assertEqual(len(lines), 1, out + err)
        return lines[0]

    def test_an_interface_that_is_not_there(self):
        apart = [f"--control={self.socket}"]
        for own in (None, ["--roles=dhcp", *apart], ["--roles=tftp", *apart]):
            self.assertRegex(self.refusal("--interface", "nosuch0", own=own), "interface.* nosuch0")

    def test_a_port_that_somebody_has(self):
        serve = ["--interface", "br0"]
        for port, other in ((67, ["--tftp-port", "6969"]), (69, ["--dhcp-port", "6767"])):
            with self.net.socket(2, 2) as taken:
                taken.bind(("0.0.0.0", port))
                said = self.refusal(*serve, *other)
            self.assertRegex(said, rf":{port}\b.*Address already in use")

    def test_an_address_of_the_API_that_somebody_has(self):
        with self.net.socket(2, 1) as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            said = self.api_refusal(address)
        self.assertIn(f"{address}: cannot listen: Address already in use", said)
        self.assertIn("192.0.2.1:7070: cannot listen: Cannot assign requested address",
                      self.api_refusal("192.0.2.1:7070"))
        self.assertIn("unix:/proc/pxed.sock: cannot listen: ",
                      self.api_refusal("unix:/proc/pxed.sock"))

    def api_refusal(self, address):
        return self.refusal("--state-dir", self.folder / "state", "--listen", address,
                            f"--insecure-tcp={address}", own=())

    def test_a_state_directory_of_somebody_else(self):
        """Root without its capabilities is a user like others."""
        state = self.folder / "state"
        state.mkdir()
        shell.run("chown", "nobody", state)
        self.assertRegex(self.refusal(), rf"state directory must be writable.*{state}/lock: "
                                         "Permission denied")

    def test_a_capability_that_is_missing(self):
        serve = ["--interface", "br0"]
        said = self.refusal(*serve, without=["net_raw"])
        self.assertIn("CAP_NET_RAW", said)
        said = self.refusal(*serve, without=["net_bind_service"])
        self.assertRegex(said, ":67: Permission denied, CAP_NET_BIND_SERVICE")
        said = self.refusal("--user", "nobody", without=["setuid", "setgid"])
        self.assertIn("CAP_SETUID", said)

    def test_none_is_needed_for_what_needs_none(self):
        """The control plane of a container that has been left no capability."""
        none = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
        log_path = self.folder / "log"
        with open(log_path, "wb") as log:
            process = self.net.spawn([*none, daemon.programs() / "pxed", "--roles=control",
                                      "--state-dir", self.folder / "state", "--listen", self.socket],
                                     stdout=log)
        self.addCleanup(shell.stop, process)
        daemon.Pxeadm(self.socket)("status", "--wait", daemon.READY_WAIT)
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        self.assertRegex(status, r"CapBnd:\s+0000000000000000")
        self.assertEqual(shell.stop(process), 0, log_path.read_text())
