"""TFTP as it is set up otherwise: one port, uploads, names for Windows, IPv6; with clients that we did
not write."""

from lab import capture, testbed

_DENIED = 69


class TftpModesTest(testbed.ServerTest):
    serve_flags = ("--tftp-single-port", "--tftp-ignore-case", "--tftp-remap=tftpboot/=",
                   "--tftp-remap=startrom.n12=win/startrom.n12", "--tftp-upload=in",
                   "--tftp-upload-overwrite=log", "--tftp-max-upload-bytes=100000")

    @classmethod
    def lay_out(cls):
        cls.net.ip("addr", "add", "10.77.0.2/24", "dev", "br0")
        cls.net.ip("addr", "add", "fd77::1/64", "dev", "br0", "nodad")
        cls.put_file("win/startrom.n12", b"startrom")
        cls.put_file("Boot/BCD", b"bcd")
        cls.put_file("in/.keep", b"")
        cls.put_file("log/last", b"old")

    def setUp(self):
        self.client = self.with_address("10.77.0.60")
        self.client.ip("addr", "add", "fd77::60/64", "dev", "eth0", "nodad")
        self.output = self.folder / f"fetched-{self.id()}"
        self.kernel = (self.root / "debian/vmlinuz").read_bytes()

    def curl(self, path, *flags, server=testbed.SERVER):
        self.client.run("curl", "-sS", "-g", "--path-as-is", "-m", "60", *flags, "-o", self.output,
                        f"tftp://{server}/{path}")
        return self.output.read_bytes()

    def upload(self, path, content, *flags):
        source = self.folder / "source"
        source.write_bytes(content)
        return self.client.run("curl", "-sS", "-m", "60", *flags, "-T", source,
                               f"tftp://{testbed.SERVER}/{path}", check=False)[0]

    def test_T85_a_kernel_through_one_port(self):
        self.assertEqual(self.curl("debian/vmlinuz", "--tftp-blksize", "1428"), self.kernel)
        self.client.run("atftp", "-g", "-r", "debian/vmlinuz", "-l", self.output,
                        "--option", "windowsize 16", testbed.SERVER, "69")
        self.assertEqual(self.output.read_bytes(), self.kernel)
        self.client.run("busybox", "tftp", "-g", "-r", "debian/vmlinuz", "-l", self.output,
                        testbed.SERVER)
        self.assertEqual(self.output.read_bytes(), self.kernel)

    def test_T84_the_second_address_answers_for_itself(self):
        self.assertEqual(self.curl("debian/initrd.img", server="10.77.0.2"), b"initrd")

    def test_T88_by_ipv6(self):
        self.assertEqual(self.curl("debian/vmlinuz", "--tftp-blksize", "1428",
                                   server="[fd77::1]"), self.kernel)

    def test_T93_T95_names_as_windows_loaders_ask_for_them(self):
        self.assertEqual(self.curl("STARTROM.N12"), b"startrom")
        self.assertEqual(self.curl("tftpboot/win/startrom.n12"), b"startrom")
        self.assertEqual(self.curl("\\boot\\bcd"), b"bcd")

    def test_T103_what_may_be_uploaded_and_what_not(self):
        content = b"report" * 1000
        self.assertEqual(self.upload("in/report", content, "--tftp-blksize", "1024"), 0)
        self.assertEqual((self.root / "in/report").read_bytes(), content)
        self.assertNotEqual(self.upload("in/report", b"again"), 0)
        self.assertEqual((self.root / "in/report").read_bytes(), content)
        self.assertEqual(self.upload("log/last", b"new"), 0)
        self.assertEqual((self.root / "log/last").read_bytes(), b"new")
        self.assertEqual(self.upload("elsewhere", b"x"), _DENIED)
        self.assertNotEqual(self.upload("in/large", b"x" * 100001), 0)
        self.assertEqual(sorted(p.name for p in (self.root / "in").iterdir()),
                         [".keep", "report"])

    def test_T103_atftp_and_busybox_upload_too(self):
        source = self.folder / "source"
        source.write_bytes(bytes(range(256)) * 100)
        for name, command in (
                ("a", ("atftp", "-p", "-l", source, "-r", "in/a", testbed.SERVER, "69")),
                ("b", ("busybox", "tftp", "-p", "-l", source, "-r", "in/b", testbed.SERVER))):
            with self.subTest(command[0]):
                self.client.run(*command)
                self.assertEqual((self.root / "in" / name).read_bytes(), source.read_bytes())
                (self.root / "in" / name).unlink()

    def test_T15_netascii(self):
        self.put_file("text", b"a\nb\r\nc")
        self.assertEqual(self.curl("text;mode=netascii"), b"a\r\nb\r\0\r\nc")


class MarkTest(testbed.ServerTest):
    serve_flags = ("--tftp-dscp=46", "--tftp-upload=in")

    @classmethod
    def lay_out(cls):
        cls.net.ip("addr", "add", "fd77::1/64", "dev", "br0", "nodad")
        cls.put_file("bulk", b"x" * 300_000)
        cls.put_file("in/.keep", b"")

    def marks(self, machine, name, server):
        """The marks and ports of all that it is sent: a small file, bulk, an ERROR, and ACKs."""
        source = self.folder / "source"
        source.write_bytes(b"report" * 1000)
        url = f"tftp://{server}"
        with capture.Capture(machine, "eth0") as seen:
            for path in ("debian/initrd.img", "bulk", "none"):
                machine.run("curl", "-sS", "-g", "-m", "60", "-o", self.folder / "out",
                            f"{url}/{path}", check=path != "none")
            machine.run("curl", "-sS", "-g", "-m", "60", "-T", source, f"{url}/in/{name}")
            sent = f"udp && eth.dst == {machine.mac()}"
            found = seen.tshark(self.folder, sent, "ip.dsfield.dscp", "ipv6.tclass.dscp",
                                "udp.srcport")
        return {"".join(marks) for *marks, _ in found}, {int(port) for *_, port in found}

    def test_T89_all_that_is_sent_from_any_port_has_the_mark(self):
        machine = self.with_address("10.77.0.60")
        machine.ip("addr", "add", "fd77::60/64", "dev", "eth0", "nodad")
        for name, server in (("four", testbed.SERVER), ("six", "[fd77::1]")):
            with self.subTest(server):
                marks, ports = self.marks(machine, name, server)
                self.assertEqual(marks, {"46"})
                self.assertIn(69, ports)
                self.assertEqual(len(ports), 4, ports)  # small files, bulk, uploads, ERRORs
