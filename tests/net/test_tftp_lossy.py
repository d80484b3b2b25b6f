"""TFTP over a network that loses, repeats and swaps packets, with clients that we did not write."""

from lab import testbed, tftp_clients, tftp_relay

_FILE = "lossy/file"
_BYTES = bytes(range(256)) * 800
_RELAY = "127.0.0.1"
# curl asks for a timeout of 5 s, which it is granted: without options it tells nothing about ours.
_PLAIN = {"curl": {"plain": True}, "busybox": {"blksize": 1428}}


class LossyTftpTest(testbed.ServerTest):
    serve_flags = ("--tftp-upload=in",)

    @classmethod
    def lay_out(cls):
        cls.put_file(_FILE, _BYTES)
        cls.put_file("in/.keep", b"")

    def setUp(self):
        self.machine = self.with_address("10.77.0.60")
        self.clients = [client(self.machine, self.folder) for client in tftp_clients.ALL]
        self.curl, _, self.atftp, self.busybox = self.clients

    def relay(self, **faults):
        return tftp_relay.TftpRelay(self.machine, testbed.SERVER, **faults)

    def fetch_all(self, client, **options):
        self.assertEqual(client.fetch(_RELAY, _FILE, **options), _BYTES)

    def test_T64_T74_every_client_over_a_network_that_loses_packets(self):
        for client in self.clients:
            with self.subTest(client.name), self.relay(loss=0.03) as relay:
                self.fetch_all(client, **_PLAIN.get(client.name, {}))
                self.assertGreater(relay.dropped, 0)

    def test_T46_curl_with_a_timeout_of_its_own_over_a_network_that_loses_packets(self):
        self.put_file("lossy/small", _BYTES[:20_000])
        with self.relay(loss=0.1) as relay:
            self.assertEqual(self.curl.fetch(_RELAY, "lossy/small", blksize=1428), _BYTES[:20_000])
            self.assertGreater(relay.dropped, 0)

    def test_T74_atftp_in_windows_over_a_network_that_loses_packets(self):
        for windowsize, loss in ((4, 0.05), (16, 0.02)):
            with self.subTest(windowsize), self.relay(loss=loss) as relay:
                self.fetch_all(self.atftp, blksize=1428, windowsize=windowsize)
                self.assertGreater(relay.dropped, 0)

    def test_T75_every_client_over_a_network_that_repeats_and_swaps_packets(self):
        for client in self.clients:
            with self.subTest(client.name), self.relay(repeat=0.1, delay=0.1) as relay:
                self.fetch_all(client, **_PLAIN.get(client.name, {}))
                self.assertGreater(relay.repeated, 0)
                self.assertGreater(relay.delayed, 0)

    def test_T75_atftp_in_windows_over_a_network_that_repeats_and_swaps_packets(self):
        with self.relay(repeat=0.05, delay=0.05) as relay:
            self.fetch_all(self.atftp, blksize=1428, windowsize=16)
            self.assertGreater(relay.repeated, 0)

    def test_T103_T104_uploads_arrive_whole_over_a_bad_network(self):
        content = _BYTES[:20_000]
        for client in self.clients:
            name = f"in/{client.name}"
            faults = {"loss": 0.02, "repeat": 0.05, "delay": 0.05}
            with self.subTest(client.name), self.relay(**faults) as relay:
                client.store(_RELAY, name, content, **_PLAIN.get(client.name, {}))
                self.assertEqual((self.root / name).read_bytes(), content)
                self.assertGreater(relay.dropped + relay.repeated, 0)

    def test_T104_a_lost_last_ack_of_an_upload_is_repeated_when_the_client_asks(self):
        for client in self.clients:
            name = f"in/last-{client.name}"
            with self.subTest(client.name), self.relay(lose=First(b"\0\4\0\2")) as relay:
                client.store(_RELAY, name, _BYTES[:1000])
                self.assertEqual(relay.dropped, 1)


class First:
    """Loses the first packet of these bytes."""

    def __init__(self, packet):
        self.packet = packet

    def __call__(self, packet):
        found = packet == self.packet
        if found:
            self.packet = None
        return found
