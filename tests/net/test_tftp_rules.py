"""Rules of TFTP seen from outside: options, ends, rights, names, log, counters and ports."""

import itertools
import re

from lab import daemon, raw_tftp, shell, testbed, tftp_clients

_MAC, _ADDRESS = "52:54:00:77:ad:01", "10.77.0.51"
_CONFIG = "pxelinux.cfg/01-" + _MAC.replace(":", "-")


class RulesTest(testbed.ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.adm("host", "create", "known", "--mac", _MAC, "--address", _ADDRESS,
                "--profile", testbed.PROFILE)

    def setUp(self):
        self.machine = self.with_address("10.77.0.60")
        self.curl = tftp_clients.Curl(self.machine, self.folder)

    def raw(self):
        return self.enterContext(raw_tftp.RawTftp(self.machine))

    def test_T22_an_oack_names_only_what_was_asked_for(self):
        values = {"blksize": 1024, "tsize": 0, "timeout": 3, "windowsize": 4, "odd": 1}
        for count in range(1, len(values) + 1):
            for names in itertools.combinations(values, count):
                with self.subTest(names):
                    client = self.raw()
                    client.request("debian/vmlinuz", **{name: values[name] for name in names})
                    kind, *answer = client.receive()
                    answered = set(answer[0]) if kind == "oack" else set()
                    self.assertEqual(answered, set(names) - {"odd"})
                    client.send(b"\0\5\0\0enough\0", client.transfer)

    def test_T69_after_the_last_ack_there_is_nothing_but_silence(self):
        client = self.raw()
        client.request("debian/initrd.img")
        self.assertEqual(client.receive(), ("data", 1, b"initrd"))
        for _ in range(5):
            client.ack(1)
        self.assertEqual(self.raw().fetch("debian/initrd.img"), b"initrd")
        self.assertIsNone(client.receive(seconds=1.5))

    def test_T99_a_file_that_pxed_may_not_read_is_refused(self):
        folder = self.folder / "nobody"
        folder.mkdir()
        (folder / "state").mkdir()
        shell.run("chown", "-R", "nobody", folder)
        for name, mode in (("secret", 0o000), ("private", 0o600), ("public", 0o644)):
            self.put_file(f"rights/{name}", name.encode()).chmod(mode)
        flags = ("--user", "nobody", "--dhcp-port", "6767", "--tftp-port", "6969")
        with daemon.Pxed(self.net, folder, self.root, *flags):
            server = f"{testbed.SERVER}:6969"
            self.assertEqual(self.curl.fetch(server, "rights/public"), b"public")
            for name in ("secret", "private"):
                with self.assertRaisesRegex(tftp_clients.Refused, "access denied"):
                    self.curl.fetch(server, f"rights/{name}")

    def test_T100_a_config_made_here_comes_before_a_file_of_that_name(self):
        self.put_file(_CONFIG, b"from the disk")
        self.assertEqual(self.curl.fetch(testbed.SERVER, _CONFIG),
                         self.adm("preview", "--host", "known").encode())

    def test_T100_the_text_of_a_profile_comes_before_a_file_too(self):
        (self.folder / "made").write_text("made for {{host.id}}\n")
        self.adm("template", "create", "made", "--file", self.folder / "made")
        self.adm("profile", "update", testbed.PROFILE, "--file", "etc/made=made")
        self.put_file("etc/made", b"from the disk")
        machine = self.with_address(_ADDRESS)
        self.assertEqual(tftp_clients.Curl(machine, self.folder).fetch(testbed.SERVER, "etc/made"),
                         b"made for known\n")

    def test_T101_each_request_that_was_answered_has_one_line_with_its_end(self):
        self.put_file("log/file", b"x" * 1500)
        before = len(self.pxed.log())
        self.assertEqual(len(self.curl.fetch(testbed.SERVER, "log/file")), 1500)
        probe = self.raw()
        probe.request("log/file", tsize=0)
        probe.receive()
        probe.send(b"\0\5\0\10User aborted the transfer\0", probe.transfer)
        client = self.raw()
        client.request("log/file")
        client.receive()
        client.ack(1)
        client.receive()
        client.send(b"\0\5\0\3disk full\nor so\0", client.transfer)
        self.assertEqual(self.raw().fetch("log/none")[:2], ("error", 1))
        self.assertEqual(self.raw().fetch("log/\nnone")[:2], ("error", 2))
        lines = lambda: [line.split("info ")[1].strip()
                         for line in self.pxed.log()[before:].splitlines() if " 10.77.0.60 " in line]
        shell.wait_until(lambda: len(lines()) >= 5, "five lines")
        ours, theirs = f"local={testbed.SERVER}", r"port=\d+"
        wanted = [rf"fetched file=log/file {ours} bytes=1500 ms=\d+ {theirs} blksize=512 "
                  r"windowsize=1 blocks=3 resends=0",
                  rf'probed file=log/file detail="User aborted the transfer" {ours} {theirs} '
                  r"blksize=512 windowsize=1 blocks=0 resends=0",
                  rf'broken_off file=log/file detail=".*disk full\\x0aor so" {ours} bytes=512 '
                  rf"ms=\d+ {theirs} blksize=512 windowsize=1 blocks=1 resends=0",
                  rf'refused file=log/none detail="file not found" {ours} {theirs}',
                  rf"refused .* {ours} {theirs}"]
        for line, pattern in zip(lines(), wanted, strict=True):
            self.assertRegex(line, f"^10.77.0.60 {pattern}$")

    def test_T113_what_becomes_of_each_request_and_transfer_is_counted(self):
        before = self.pxed.counters("TFTP")
        self.put_file("count", b"x" * 1000)
        self.assertEqual(len(self.raw().fetch("count")), 1000)
        self.raw().fetch("none")
        self.raw().fetch("../none")
        client = self.raw()
        client.request("count")
        client.receive()
        client.request("count")
        client.receive()
        client.ack(1)
        client.receive()
        client.ack(1)
        client.ack(7)
        self.raw().send(b"\0\4\0\1", client.transfer)
        client.ack(2)
        self.raw().send(raw_tftp.request_bytes("count", opcode=2))
        self.raw().send(b"\0\4\0\1")
        self.raw().send(b"\0")
        self.assertEqual(self.raw().fetch("none")[:2], ("error", 1))
        wanted = {"asked": 5, "repeated": 1, "started": 2, "fetched": 2, "no_file": 2, "refused": 1,
                  "ignored_ack": 2, "stranger": 1, "write_refused": 1, "not_a_request": 1,
                  "malformed": 1, "resend": 0, "timed_out": 0}

        def counted():
            now = self.pxed.counters("TFTP") - before
            return {name: now[name] for name in wanted}

        shell.wait_until(lambda: counted()["fetched"] == 2, "both ends")
        self.assertEqual(counted(), wanted)

    def test_T115_there_is_no_listener_but_those_of_dhcp_and_tftp(self):
        sockets = self.net.run("ss", "-Hlun")[1]
        ports = {int(port) for port in re.findall(r":(\d+)\s", sockets)}
        files_are_sent_from = {port for port in ports if port >= 32768}  # the kernel's choice
        self.assertEqual(ports - files_are_sent_from, {67, 69, 4011})
        self.assertLessEqual(len(files_are_sent_from), 2 * 8)

    def test_T116_the_slash_behind_the_authority_of_a_url_is_no_part_of_the_name(self):
        for path in ("debian/initrd.img", "/debian/initrd.img", "debian/initrd.img;mode=octet"):
            with self.subTest(path):
                self.assertEqual(self.curl.fetch(testbed.SERVER, path), b"initrd")


class AccessTest(testbed.ServerTest):
    subnet_flags = ("--unknown", "ignore")

    def test_T107_who_may_have_a_config_is_the_control_planes_to_say(self):
        self.adm("host", "create", "known", "--mac", _MAC, "--address", _ADDRESS,
                 "--profile", testbed.PROFILE)
        known, other = self.with_address(_ADDRESS), self.with_address("10.77.0.60")
        with raw_tftp.RawTftp(known) as client:
            self.assertIn(b"debian/vmlinuz", client.fetch("pxelinux.cfg/default"))
        with raw_tftp.RawTftp(other) as client:
            self.assertEqual(client.fetch("pxelinux.cfg/default")[:2], ("error", 1))
            self.assertEqual(client.fetch("debian/initrd.img"), b"initrd")
