"""pxed ended, killed and changed while many machines boot; what it said before holds afterwards."""

import pathlib
import signal
import sqlite3
import tempfile
import threading
import time
import unittest

from bench import link
from lab import daemon, shell, testbed

POOL = 4096
CLIENTS = 2000
STORM_RATE = 400  # machines a second: what a sanitizer build on a busy computer can do
END_SECONDS = 2.0
BOUND_SECONDS = 60.0  # after the restart


class Storm:
    """dhcp_load in the background. `said` holds what became of its clients."""

    def __init__(self, where, *flags):
        self.said = None
        self.error = None
        self.thread = threading.Thread(target=self._run, args=(where, flags))
        self.thread.start()

    def _run(self, where, flags):
        try:
            self.said = where.load("--clients", CLIENTS, *flags, direct=True)
        except Exception as error:  # told by the thread that waits for it
            self.error = error

    def end(self):
        self.thread.join()
        if self.error:
            raise self.error
        return self.said


class StormTest(unittest.TestCase):
    def setUp(self):
        self.link = self.enterContext(link.Link("storm"))
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "tftp").mkdir()
        self.pxed = daemon.Control(self.link.server, self.folder, "--tftp-root",
                                   self.folder / "tftp", "--interface", "eth0", name="pxed",
                                   roles=())
        self.enterContext(self.pxed)
        self.pxed.adm("subnet", "create", "lab", "--cidr", link.NETWORK, "--pool",
                      "-".join(link.pool(POOL)), "--router", link.SERVER, "--lease", "3600s")

    def rows(self):
        """What is in the database, read without pxed: addresses by client."""
        with sqlite3.connect(f"file:{self.folder / 'state/state.db'}?mode=ro", uri=True) as db:
            found = db.execute("SELECT chaddr, address FROM lease WHERE state = 'BOUND'").fetchall()
        db.close()
        self.assertEqual(len({address for _, address in found}), len(found))
        self.assertEqual(len({client for client, _ in found}), len(found), "a client has two")
        return dict(found)

    def await_bound(self, count):
        """Until so many leases are on the disk."""
        shell.wait_until(lambda: len(self.rows()) >= count, f"{count} leases")

    def test_F10_stopped_in_a_storm_it_ends_at_once_and_every_ack_is_on_the_disk(self):
        storm = Storm(self.link, "--rate", STORM_RATE, "--timeout-ms", 1000)
        self.await_bound(STORM_RATE // 4)
        began = time.monotonic()
        self.pxed.process.send_signal(signal.SIGTERM)
        shell.wait_until(lambda: self.pxed.lines("ending on SIGTERM"), "the signal")
        self.assertEqual(self.pxed.process.wait(30), 0, self.pxed.log())
        took = time.monotonic() - began
        said = storm.end()
        self.assertLess(took, END_SECONDS)
        self.assertGreater(said["no_offer"], 0, "the storm was over")
        self.assertGreater(said["bound"], 0)
        self.assertEqual([said["wrong"], said["naks"]], [0, 0], said)
        # An ACK that was lost on its way leaves a row more; one without a row must not be.
        self.assertGreaterEqual(len(self.rows()), said["bound"])
        self.pxed.start()

    def test_F11_started_again_in_a_storm_everybody_is_bound_within_a_minute(self):
        storm = Storm(self.link, "--rate", STORM_RATE, "--tries", 20, "--timeout-ms", 500)
        self.await_bound(STORM_RATE // 4)
        self.pxed.kill()
        self.assertLess(len(self.rows()), CLIENTS, "the storm was over")
        self.pxed.start()
        began = time.monotonic()
        said = storm.end()
        self.assertLess(time.monotonic() - began, BOUND_SECONDS)
        self.assertEqual([said["bound"], said["naks"], said["wrong"]], [CLIENTS, 0, 0], said)
        self.assertEqual(len(self.rows()), said["bound"])

    def test_A5_the_pools_are_counted_exactly_after_a_kill_in_a_storm(self):
        storm = Storm(self.link, "--rate", STORM_RATE, "--timeout-ms", 200)
        self.await_bound(STORM_RATE // 4)
        self.pxed.kill()
        storm.end()
        rows = len(self.rows())
        self.pxed.start()
        counts = self.pxed.adm.json("lease", "count", "lab")
        self.assertEqual([counts["bound"], counts["free"], counts["total"]],
                         [rows, POOL - rows, POOL], counts)
        self.assertEqual(sum(counts.values()), 2 * POOL, "each address counts once")


class PoolChangesTest(testbed.ServerTest):
    def test_F13_a_pool_that_shrinks_leaves_those_outside_their_addresses(self):
        machine = self.plug_in()
        stays, comes = self.dhcp_client(machine), self.dhcp_client()
        ack = stays.lease()
        machine.ip("addr", "add", f"{ack.address}/24", "dev", "eth0")  # a renewal is answered to it
        self.assertRegex(ack.address, r"^10\.77\.0\.1\d\d$")
        self.adm("subnet", "update", "lab", "--pool", "10.77.0.50-10.77.0.59")
        renewed = stays.ask(stays.packet("request", ciaddr=ack.address), source=ack.address)
        self.assertEqual([renewed.type, renewed.address], ["ack", ack.address])
        self.assertEqual(stays.init_reboot(ack.address).type, "ack")
        self.assertRegex(comes.lease().address, r"^10\.77\.0\.5\d$")
        self.adm("lease", "release", ack.address)
        self.assertEqual(stays.init_reboot(ack.address).type, "nak")
        self.assertRegex(stays.lease().address, r"^10\.77\.0\.5\d$")


if __name__ == "__main__":
    unittest.main()
