"""TFTP over a network that loses, repeats and swaps packets, with clients that we did not write."""

from lab import testbed, tftp_relay

_FILE = "lossy/file"
_BYTES = bytes(range(256)) * 800


class LossyTftpTest(testbed.ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.put_file(_FILE, _BYTES)

    def setUp(self):
        self.client = self.with_address("10.77.0.60")
        self.output = self.folder / f"fetched-{self.id()}"

    def relay(self, **faults):
        return self.enterContext(tftp_relay.TftpRelay(self.client, testbed.SERVER, **faults))

    def curl(self, *flags):
        self.client.run("curl", "-sS", "-m", "110", *flags, "-o", self.output,
                        f"tftp://127.0.0.1/{_FILE}", timeout=120)
        return self.output.read_bytes()

    def atftp(self, *options):
        flags = [word for option in options for word in ("--option", option)]
        self.client.run("atftp", "-g", "-r", _FILE, "-l", self.output, *flags, "127.0.0.1", "69",
                        timeout=120)
        return self.output.read_bytes()

    def busybox(self):
        self.client.run("busybox", "tftp", "-g", "-b", "1428", "-r", _FILE, "-l", self.output,
                        "127.0.0.1", timeout=120)
        return self.output.read_bytes()

    def test_T74_curl_over_a_network_that_loses_packets(self):
        relay = self.relay(loss=0.03)
        self.assertEqual(self.curl("--tftp-blksize", "1428"), _BYTES)
        self.assertGreater(relay.dropped, 0)

    def test_T74_atftp_in_windows_over_a_network_that_loses_packets(self):
        relay = self.relay(loss=0.02)
        self.assertEqual(self.atftp("blksize 1428", "windowsize 8"), _BYTES)
        self.assertGreater(relay.dropped, 0)

    def test_T74_busybox_over_a_network_that_loses_packets(self):
        relay = self.relay(loss=0.03)
        self.assertEqual(self.busybox(), _BYTES)
        self.assertGreater(relay.dropped, 0)

    def test_T75_curl_over_a_network_that_repeats_and_swaps_packets(self):
        relay = self.relay(repeat=0.1, delay=0.1)
        self.assertEqual(self.curl("--tftp-blksize", "1428"), _BYTES)
        self.assertGreater(relay.repeated, 0)
        self.assertGreater(relay.delayed, 0)

    def test_T75_atftp_in_windows_over_a_network_that_repeats_and_swaps_packets(self):
        relay = self.relay(repeat=0.05, delay=0.05)
        self.assertEqual(self.atftp("blksize 1428", "windowsize 16"), _BYTES)
        self.assertGreater(relay.repeated, 0)
