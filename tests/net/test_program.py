"""pxed as a program: what it says when it starts, what it refuses, how it ends."""

import re
import signal

from lab import daemon, shell, testbed


class ProgramTest(testbed.ServerTest):
    def refusal(self, *flags):
        """Starts one more pxed, which must give up by itself; returns what it says."""
        own = ("--state-dir", self.folder / "other", "--listen", f"unix:{self.folder}/other.sock")
        code, out, err = self.net.run(daemon.programs() / "pxed", *own, *flags, check=False)
        self.assertNotEqual(code, 0, out + err)
        return out + err

    def test_it_says_on_one_line_each_what_it_serves(self):
        for what in ("API on unix:", "DHCP on port 67 of br0", "TFTP on port 69 of br0"):
            self.assertEqual(len(self.pxed.lines(what)), 1, self.pxed.log())

    def test_a_config_it_cannot_follow_is_refused_by_file_line_and_reason(self):
        config = self.folder / "bad.yaml"
        config.write_text("log-level: info\ndhcp-port: many\n")
        self.assertRegex(self.refusal("--config", config), r"bad\.yaml:2: .*many")
        config.write_text("log-level: info\n\nno-such-setting: 1\n")
        self.assertIn("bad.yaml:3: no-such-setting", self.refusal("--config", config))

    def test_an_interface_that_does_not_exist_is_named(self):
        self.assertIn("nosuch0", self.refusal("--interface", "nosuch0", "--tftp-root", self.root))

    def test_a_port_in_use_is_an_error_and_not_shared(self):
        said = self.refusal("--interface", "br0", "--tftp-root", self.root)
        self.assertIn("67", said)
        self.assertIn("in use", said)

    def test_with_its_last_words_it_counts_and_ends_cleanly(self):
        with daemon.Pxed(self.net, self.second_folder(), self.root, "--dhcp-port", "6767",
                         "--tftp-port", "6969") as second:
            pass  # leaving insists on exit code 0
        self.assertEqual(len(second.lines("ending on SIGTERM")), 1, second.log())
        self.assertEqual(len(second.lines("DHCP packets:")), 1, second.log())

    def test_when_asked_it_says_how_its_writer_does(self):
        before = self.store_figures()
        self.dhcp_client().lease()
        after = self.store_figures()
        self.assertGreater(int(after["groups"]), int(before["groups"]))
        self.assertGreater(int(after["jobs"]), int(before["jobs"]))
        self.assertEqual([after["group_last"], after["queue"], after["failed"]], ["1", "0", "0"])
        for least in ("group_max", "commit_us_mean", "commit_us_max", "queue_max"):
            self.assertGreater(int(after[least]), 0, least)
        for histogram in ("group_sizes", "commit_us"):
            self.assertEqual(self.count_in(after[histogram]), int(after["groups"]), histogram)

    def store_figures(self):
        """The line that SIGUSR1 asks for, by name; a histogram is one text."""
        before = len(self.pxed.lines("store: "))
        self.pxed.process.send_signal(signal.SIGUSR1)
        shell.wait_until(lambda: len(self.pxed.lines("store: ")) > before, "the writer's figures")
        line = self.pxed.lines("store: ")[-1]
        return dict(re.findall(r"(\w+)=(\d+|\[[^]]*\])", line))

    def count_in(self, histogram):
        return sum(int(count) for count in re.findall(r"\d+:(\d+)", histogram))

    def second_folder(self):
        folder = self.folder / "second"
        folder.mkdir()
        return folder
