"""TFTP with clients that we did not write: static files, rendered configs, and ways out of the root."""

import os

from lab import shell, testbed

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
        self.output = self.folder / f"fetched-{self.id()}"

    def curl(self, path, *flags):
        """The bytes of a file; a refusal raises CommandFailed."""
        url = f"tftp://{testbed.SERVER}/{path}"
        self.client.run("curl", "-sS", "--path-as-is", "-m", "60", *flags, "-o", self.output, url)
        return self.output.read_bytes()

    def atftp(self, path, *options):
        command = ["atftp", "-g", "-r", path, "-l", self.output]
        for option in options:
            command += ["--option", option]
        self.client.run(*command, testbed.SERVER, "69")
        return self.output.read_bytes()

    def busybox(self, path, *flags):
        self.client.run("busybox", "tftp", "-g", "-r", path, "-l", self.output, *flags,
                        testbed.SERVER)
        return self.output.read_bytes()

    def refusal_of(self, path):
        """curl's exit code for a name that must not be served: which ERROR it was told."""
        code, fetched, said = self.client.run(
            "curl", "-sS", "--path-as-is", "-m", "20", f"tftp://{testbed.SERVER}/{path}",
            check=False)
        self.assertEqual(fetched, "", f"{path}: {said}")
        return code

    def test_curl_fetches_a_kernel(self):
        self.assertEqual(self.curl("debian/vmlinuz", "--tftp-blksize", "1428"), self.kernel)

    def test_curl_without_any_option_fetches_a_kernel(self):
        self.assertEqual(self.curl("debian/vmlinuz", "--tftp-no-options"), self.kernel)

    def test_busybox_fetches_a_kernel_in_large_blocks(self):
        self.assertEqual(self.busybox("debian/vmlinuz", "-b", "1468"), self.kernel)

    def test_atftp_fetches_a_kernel_in_windows_of_16_blocks(self):
        fetched = self.atftp("debian/vmlinuz", "blksize 1428", "windowsize 16", "tsize enable")
        self.assertEqual(fetched, self.kernel)

    def test_atftp_fetches_a_kernel_block_by_block(self):
        self.assertEqual(self.atftp("debian/vmlinuz"), self.kernel)

    def test_every_client_is_given_the_config_that_the_api_previews(self):
        self.assertEqual(self.curl(CONFIG), self.expected_config)
        self.assertEqual(self.busybox(CONFIG), self.expected_config)
        self.assertEqual(self.atftp(CONFIG, "windowsize 4"), self.expected_config)

    def test_a_change_by_the_api_shows_in_the_next_fetch(self):
        self.adm("profile", "create", "rescue", "--kernel", "debian/vmlinuz", "--args", "rescue")
        self.adm("host", "update", "served", "--profile", "rescue")
        self.addCleanup(self.adm, "profile", "delete", "rescue")
        self.addCleanup(self.adm, "host", "update", "served", "--profile", testbed.PROFILE)
        self.assertIn(b"rescue", self.curl(CONFIG))

    def test_a_config_is_there_beside_a_loader_in_any_folder(self):
        self.assertEqual(self.curl("some/where/" + CONFIG), self.expected_config)

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
        with self.assertRaises(shell.CommandFailed):
            self.curl(path)
        self.assertFalse(self.output.exists() and self.output.read_bytes(), path)

    def test_a_link_within_the_root_is_followed(self):
        os.symlink("vmlinuz", self.root / "debian/current")
        self.assertEqual(self.curl("debian/current"), self.kernel)

    def test_a_pipe_and_a_folder_are_refused_and_hold_nothing_up(self):
        os.mkfifo(self.root / "pipe")
        for path in ("pipe", "debian"):
            with self.subTest(path):
                self.assert_refused_by_tftp(path)
        self.assertEqual(self.curl("debian/initrd.img"), b"initrd")

    def test_nothing_can_be_written(self):
        (self.folder / "upload").write_text("mine")
        with self.assertRaises(shell.CommandFailed):
            self.client.run("curl", "-sS", "-m", "20", "-T", self.folder / "upload",
                            f"tftp://{testbed.SERVER}/upload")
        self.assertFalse((self.root / "upload").exists())
