"""Addresses are pinged before they are offered, and some machines answer."""

import time

from lab import testbed


class PingCheckTest(testbed.ServerTest):
    subnet_flags = ("--ping-check", "true")

    def counter(self, name):
        return self.pxed.counters("DHCP")[name]

    def test_C142_a_free_address_is_offered_after_the_ping_and_others_do_not_wait(self):
        newcomer, known = self.dhcp_client(), self.dhcp_client()
        lease = known.lease()
        sent = self.counter("ping_sent")
        asked, other = newcomer.packet("discover"), known.packet("discover")
        newcomer.send(asked)
        known.send(other)
        began = time.monotonic()
        offer = next(newcomer.replies(asked.xid, 20))
        self.assertEqual(offer.type, "offer")
        self.assertGreaterEqual(time.monotonic() - began, 0.1)
        self.assertEqual(next(known.replies(other.xid, 20)).address, lease.address)
        order = [line for line in self.pxed.lines(" offered ")
                 if newcomer.mac in line or known.mac in line]
        self.assertIn(known.mac, order[-2])
        self.assertIn(newcomer.mac, order[-1])
        self.assertEqual(self.counter("ping_sent"), sent + 1)

    def test_C144_an_address_that_another_machine_answers_at_is_declined_and_never_offered(self):
        used = "10.77.0.150"
        self.with_address(used)
        answered = self.counter("ping_answered")
        offer = self.dhcp_client().discover([("requested_addr", used)])
        self.assertEqual(offer.type, "offer")
        self.assertNotEqual(offer.address, used)
        self.assertEqual(self.counter("ping_answered"), answered + 1)
        lease = self.lease(used)
        self.assertEqual([lease["state"], lease["kind"], lease.get("mac", "")],
                         ["LEASE_STATE_DECLINED", "ping", ""])
        self.assertIn(f"{used} answers a ping", self.pxed.log())
        again = self.dhcp_client().discover([("requested_addr", used)])
        self.assertNotEqual(again.address, used)
        self.assertEqual(self.counter("ping_answered"), answered + 1)
        self.adm("lease", "release", used)
        self.assertEqual(self.lease(used)["state"], "LEASE_STATE_RELEASED")

    def test_C145_a_request_is_not_pinged_for(self):
        used = "10.77.0.151"
        self.with_address(used)
        self.assertEqual(self.dhcp_client().init_reboot(used).type, "ack")

    def test_C143_a_reserved_address_is_not_pinged(self):
        used = "10.77.0.60"
        machine = self.plug_in()
        self.with_address(used)
        self.add_host("reserved", machine.mac(), used)
        sent = self.counter("ping_sent")
        self.assertEqual(self.dhcp_client(machine).discover().address, used)
        self.assertEqual(self.counter("ping_sent"), sent)
