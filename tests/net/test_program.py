"""pxed as a program: what it says when it starts, what it refuses, how it ends."""

from lab import daemon, testbed


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

    def second_folder(self):
        folder = self.folder / "second"
        folder.mkdir()
        return folder
