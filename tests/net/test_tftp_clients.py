"""TFTP with clients that we did not write: static files, rendered configs, and ways out of the root."""

import os

from lab import capture, testbed, tftp_clients

CONFIG = "pxelinux.cfg/01-52-54-00-77-aa-01"
CURL_NOT_FOUND = 68
CURL_ACCESS_DENIED = 69


class TftpTest(testbed.ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.adm("host", "create", "served", "--mac", "52:54:00:77:aa:01",
                "--address", "10.77.0.50", "--profile", testbed.PROFILE)
        cls.kernel = (cls.root / "debian/vmlinuz").read_bytes()
        cls.expected_config = cls.adm("preview", "--host", "served").encode()

    def setUp(self):
        self.client = self.with_address("10.77.0.60")
        self.clients = [client(self.client, self.folder) for client in tftp_clients.ALL]
        self.curl, _, self.atftp, _ = self.clients

    def fetch(self, path):
        return self.curl.fetch(testbed.SERVER, path)

    def assert_fetched(self, client, path, expected, **options):
        with self.subTest(client.name, **options):
            self.assertEqual(client.fetch(testbed.SERVER, path, **options), expected)

    def refused(self, client, how, *arguments):
        """What the client says of an ERROR, which it must have been told."""
        with self.assertRaises(tftp_clients.Refused) as refusal:
            getattr(client, how)(testbed.SERVER, *arguments)
        return str(refusal.exception)

    def refusal_of(self, path):
        """curl's exit code for a name that must not be served: which ERROR it was told."""
        code, fetched, said = self.client.run(
            "curl", "-sS", "--path-as-is", "-m", "20", f"tftp://{testbed.SERVER}/{path}",
            check=False)
        self.assertEqual(fetched, "", f"{path}: {said}")
        return code

    def test_T14_every_client_fetches_a_kernel_as_it_is_without_options(self):
        for client in self.clients:
            plain = {"plain": True} if client is self.curl else {}
            self.assert_fetched(client, "debian/vmlinuz", self.kernel, **plain)

    def test_T14_every_client_that_can_fetches_it_in_blocks_of_its_own_size(self):
        for client in self.clients:
            if "blksize" in client.options:
                self.assert_fetched(client, "debian/vmlinuz", self.kernel, blksize=1428)
                self.assert_fetched(client, "debian/vmlinuz", self.kernel, blksize=60000)

    def test_T57_atftp_fetches_it_in_windows(self):
        for windowsize in (2, 16, 64):
            self.assert_fetched(self.atftp, "debian/vmlinuz", self.kernel, blksize=1428,
                                windowsize=windowsize, tsize="enable", timeout=2)

    def test_T15_every_client_that_can_fetches_text_in_netascii(self):
        text = b"one\n" * 300 + b"two\r\nthree\n"
        self.put_file("text", text)
        sent = text.replace(b"\r", b"\r\0").replace(b"\n", b"\r\n")
        for client in self.clients:
            if "netascii" in client.options:  # all but curl store it as text again
                self.assert_fetched(client, "text", sent if client is self.curl else text,
                                    netascii=True)

    def test_T38_T39_every_block_is_full_but_the_last_which_may_be_empty(self):
        self.put_file("whole", b"x" * 4096)
        with capture.Capture(self.client, "eth0") as captured:
            self.assert_fetched(self.atftp, "whole", b"x" * 4096, blksize=1024)
            lengths = captured.tshark(self.folder, "tftp.opcode == 3", "udp.length")
        header_bytes = 8 + 4
        self.assertEqual([int(length) - header_bytes for (length,) in lengths],
                         [1024, 1024, 1024, 1024, 0])

    def test_every_client_is_given_the_config_that_the_api_previews(self):
        for client in self.clients:
            self.assert_fetched(client, CONFIG, self.expected_config)
        self.assert_fetched(self.atftp, CONFIG, self.expected_config, windowsize=4)

    def test_T76_T78_every_client_is_told_in_words_why_it_gets_nothing(self):
        os.mkfifo(self.root / "device")
        for client in self.clients:
            for path, words in (("debian/no-such-kernel", "file not found"),
                                ("debian", "file not found"), ("device", "access denied"),
                                ("../secret", "access denied")):
                with self.subTest(client.name, path=path):
                    said = self.refused(client, "fetch", path)
                    self.assertIn(words, said)
                    self.assertNotIn(str(self.root), said)

    def test_T102_every_client_is_refused_an_upload_and_nothing_is_written(self):
        for client in self.clients:
            with self.subTest(client.name):
                self.assertIn("uploads are refused", self.refused(client, "store", "mine", b"mine"))
        self.assertFalse((self.root / "mine").exists())

    def test_a_change_by_the_api_shows_in_the_next_fetch(self):
        self.adm("profile", "create", "rescue", "--kernel", "debian/vmlinuz", "--args", "rescue")
        self.adm("host", "update", "served", "--profile", "rescue")
        self.addCleanup(self.adm, "profile", "delete", "rescue")
        self.addCleanup(self.adm, "host", "update", "served", "--profile", testbed.PROFILE)
        self.assertIn(b"rescue", self.fetch(CONFIG))

    def test_a_config_is_there_beside_a_loader_in_any_folder(self):
        self.assertEqual(self.fetch("some/where/" + CONFIG), self.expected_config)

    def test_a_missing_file_is_not_found(self):
        self.assertEqual(self.refusal_of("debian/no-such-kernel"), CURL_NOT_FOUND)

    def test_no_path_leads_out_of_the_root(self):
        secret = self.folder / "secret"
        secret.write_text("not for you")
        (self.root / "inside").mkdir()
        for path in ("../secret", "debian/../../secret", "/../secret", "..%2fsecret",
                     "..\\secret", "inside/../../secret"):
            with self.subTest(path):
                self.assertEqual(self.refusal_of(path), CURL_ACCESS_DENIED)
        self.assertEqual(self.refusal_of(f"/{secret}"), CURL_NOT_FOUND)  # a name below the root

    def test_a_link_out_of_the_root_is_not_followed(self):
        (self.folder / "treasure").write_text("not for you")
        os.symlink(self.folder / "treasure", self.root / "absolute-link")
        os.symlink("../treasure", self.root / "relative-link")
        os.symlink(self.folder, self.root / "folder-link")
        for path in ("absolute-link", "relative-link", "folder-link/treasure"):
            with self.subTest(path):
                self.assert_refused_by_tftp(path)

    def assert_refused_by_tftp(self, path):
        self.refused(self.curl, "fetch", path)
        local = self.curl.local
        self.assertFalse(local.exists() and local.read_bytes(), path)

    def test_a_link_within_the_root_is_followed(self):
        os.symlink("vmlinuz", self.root / "debian/current")
        self.assertEqual(self.fetch("debian/current"), self.kernel)

    def test_a_pipe_and_a_folder_are_refused_and_hold_nothing_up(self):
        os.mkfifo(self.root / "pipe")
        for path in ("pipe", "debian"):
            with self.subTest(path):
                self.assert_refused_by_tftp(path)
        self.assertEqual(self.fetch("debian/initrd.img"), b"initrd")
