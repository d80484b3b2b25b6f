"""docker-compose.yml with real containers: what its client is given, what lasts, what is refused."""

import os
import pathlib
import re
import tempfile
import unittest

from devstack import engine, images, project
from lab import daemon, shell

NET = "10.98.0"  # not that of a stack which somebody has left up
FAILED = 1
docker = engine.Engine()


def setUpModule():
    docker.__enter__()
    unittest.addModuleCleanup(docker.__exit__)
    images.build(docker, [images.RUNTIME, images.CLIENT], full=False, say=print)


class StackTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.run_folder = pathlib.Path(folder.name)
        self.stack = project.Project(docker, f"pxed-test-{os.getpid()}", self.run_folder, NET)
        self.addCleanup(self.stack.down, volumes=True)

    def boot(self):
        """What seed and client said, when all is well."""
        code, said = self.stack.up()
        self.assertEqual(code, 0, said)
        return said

    def test_a_container_boots_and_what_pxed_knows_outlives_it(self):
        client = project.lines_of("client", self.boot())
        for line in ("== lease", f"  address: {NET}.70/24", f"  next_server: {NET}.3",
                     "== loader pxelinux.0", "== config pxelinux.cfg/01-52-54-00-99-00-01",
                     "    append console=ttyS0 stack.host=client stack.profile=install",
                     "== all as the seed asked"):
            self.assertIn(line, client)

        # From this computer through the socket, and from inside.
        adm = daemon.Pxeadm(f"unix:{self.run_folder}/pxed.sock")
        adm("host", "create", "kept", "--mac", "52:54:00:99:00:77")
        self.assertIn("52:54:00:99:00:77", self.stack.exec("control", "pxeadm", "host", "get", "kept"))
        self.assertEqual(adm.json("lease", "get", f"{NET}.70")["state"], "LEASE_STATE_BOUND")

        # The client's verdict can be another.
        adm("profile", "update", "install", "--args", "quiet")
        docker.run("start", self.stack.container("client"))
        code, said = self.stack.verdict("client", 60)
        self.assertEqual(code, FAILED, said)
        self.assertIn('NOT AS ASKED: the config lacks "  append console=ttyS0', said)

        # SIGTERM is a clean end, nothing is left, and state and lease are there again.
        self.stack.compose("stop")
        for service in ("control", "dataplane"):
            self.assertEqual(self.stack.state(service)["ExitCode"], 0, service)
        self.stack.down(volumes=False)
        self.assertEqual(self.stack.left_over(), [])
        seed = "\n".join(project.lines_of("seed", self.boot()))
        self.assertRegex(seed, rf"{NET}\.70 +52:54:00:99:00:01 +client +bound")
        self.assertIn("52:54:00:99:00:77", adm("host", "get", "kept"))

    def test_a_wrong_interface_is_named_and_its_service_is_unhealthy(self):
        # What compose makes of that differs: version 1 takes who has ended for healthy.
        self.stack.start("dataplane", interface="nosuch0")
        shell.wait_until(lambda: not self.stack.state("dataplane")["Running"], "its end")
        lines = project.lines_of("dataplane", self.stack.logs("dataplane"))
        self.assertEqual(lines[-1], "pxed: interface nosuch0: does not exist")  # its last word
        state = self.stack.state("dataplane")
        self.assertEqual((state["ExitCode"], state["Health"]["Status"]), (FAILED, "unhealthy"))


class ImageTest(unittest.TestCase):
    """The runtime image by itself, in a container that has been left nothing."""

    def run_image(self, *argv, flags=()):
        return docker.run("run", "--rm", "--read-only", "--cap-drop=ALL", "--network=none", *flags,
                          images.RUNTIME, *argv, check=False)

    def test_what_else_stands_in_the_way_is_one_line_and_an_error(self):
        for argv, line in (
            (["--roles=control"], r"state directory must be writable .*Read-only file system"),
            (["--roles=dhcp", "--control=unix:/none", "--interface=lo"], "CAP_NET_RAW"),
        ):
            code, out, err = self.run_image(*argv)
            self.assertEqual((code, out), (FAILED, ""))
            self.assertRegex(err, rf"(?m)^pxed: .*{line}.*\n\Z")
            told = re.findall(r"(?m)^pxed: ", err)  # what it logs before has a time in front
            self.assertEqual(len(told), 1, err)

    def test_a_healthcheck_fails_where_nobody_serves(self):
        code, _, err = self.run_image("status", flags=["--entrypoint=pxeadm"])
        self.assertNotEqual(code, 0, err)
        told = docker.run("image", "inspect", "--format", "{{.Config.Healthcheck.Test}}",
                          images.RUNTIME)[1]
        self.assertEqual(told.strip(), "[CMD pxeadm status]")

    def test_the_image_holds_no_compiler_and_nothing_of_who_built_it(self):
        look = "for name in pxed g++ cc cmake python3; do command -v $name; done; ls -d /image"
        _, found, _ = self.run_image("-c", look, flags=["--entrypoint=sh"])
        self.assertEqual(found, "/usr/bin/pxed\n")
