"""The load client of ./dev bench dhcp against pxed: a second of it, and every answer is right."""

import pathlib
import tempfile
import unittest

from bench import link, servers

POOL = 2048


class DhcpLoadTest(unittest.TestCase):
    def setUp(self):
        self.link = self.enterContext(link.Link("load"))
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.enterContext(servers.Pxed("pxed").running(self.link, folder, POOL))

    def assert_all_bound(self, said, clients):
        self.assertEqual((said["bound"], said["wrong"], said["naks"]), (clients, 0, 0), said)
        self.assertGreater(said["four_way_ms"]["p50"], 0)

    def load(self, first, clients, *flags, **how):
        """Patient: a sanitizer build on a busy computer must not make a difference."""
        patience = ("--tries", 10, "--timeout-ms", 2000)
        said = self.link.load("--first", first, "--clients", clients, *patience, *flags, **how)
        self.assert_all_bound(said, clients)

    def test_relayed_direct_and_broadcast_clients_are_all_bound(self):
        self.load(0, 200, "--window", 20)
        self.load(200, 200, "--window", 20, direct=True)
        self.load(400, 200, "--window", 20, "--broadcast", direct=True)
        self.load(600, 200, "--rate", 400)

    def test_an_avalanche_ends_with_everybody_bound(self):
        self.load(0, 500, "--avalanche", direct=True)

    def test_F12_C54_more_clients_than_addresses_are_told_nothing_wrong(self):
        said = self.link.load("--clients", POOL + 20, "--window", 64, "--timeout-ms", 3000)
        self.assertEqual((said["bound"], said["no_offer"], said["wrong"]), (POOL, 20, 0), said)


if __name__ == "__main__":
    unittest.main()
