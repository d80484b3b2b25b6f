"""TFTP under load: the bursts of loaders, floods that never acknowledge, who is served first."""

import os
import pathlib
import signal
import socket
import struct
import threading

from lab import capture, raw_tftp, shell, testbed, tftp_clients

_KERNEL = "debian/vmlinuz"
_PXELINUX_NAMES = ["b8945908-d6a6-41a9-611d-74a6ab80b83d", "01-52-54-00-77-cc-01",
                   *("C000025B"[:digits] for digits in range(8, 0, -1)), "default"]


class BurstTest(testbed.ServerTest):
    """Nothing is asked twice here: a request that is lost fails the test."""

    def raw(self, machine):
        return self.enterContext(raw_tftp.RawTftp(machine))

    def test_T81_the_eleven_misses_of_pxelinux_at_once_are_all_answered(self):
        machine = self.with_address("10.77.0.60")
        clients = [self.raw(machine) for _ in _PXELINUX_NAMES]
        for client, name in zip(clients, _PXELINUX_NAMES):
            client.request(f"pxelinux.cfg/{name}", tsize=0, blksize=1408)
        answers = [client.receive() for client in clients]
        self.assertEqual([answer[:2] for answer in answers], [("error", 1)] * 11)

    def test_T81_T87_the_same_from_one_port_as_lpxelinux_asks(self):
        client = self.raw(self.with_address("10.77.0.60"))
        for name in _PXELINUX_NAMES:
            client.request(f"pxelinux.cfg/{name}", tsize=0, blksize=1408)
            self.assertEqual(client.receive()[:2], ("error", 1))

    def test_T29_T81_twenty_modules_of_grub_in_a_row_each_probed_first_are_all_fetched(self):
        machine = self.with_address("10.77.0.60")
        names = [f"grub/x86_64-efi/{number}.mod" for number in range(20)]
        for name in names:
            self.put_file(name, name.encode() * 500)
        before = self.pxed.counters("TFTP")
        for name in names:
            probe = self.raw(machine)
            probe.request(f"/{name}", blksize=1024, tsize=0)
            self.assertEqual(probe.receive()[0], "oack")
            probe.send(b"\0\5\0\0closed\0", probe.transfer)
            content = self.raw(machine).fetch(f"/{name}", blksize=1024, tsize=0)
            self.assertEqual(content, name.encode() * 500)

        def counted(*names):
            now = self.pxed.counters("TFTP") - before
            return [now[name] for name in names]

        shell.wait_until(lambda: counted("fetched", "probed") == [20, 20], "the end of each")
        self.assertEqual(counted("resend"), [0])


class Flooded(testbed.ServerTest):
    request = raw_tftp.request_bytes(_KERNEL, tsize=0, blksize=1408)

    @classmethod
    def lay_out(cls):
        cls.kernel = (cls.root / _KERNEL).read_bytes()

    def flood_from(self, addresses):
        return self.enterContext(
            raw_tftp.Flood(self.net, self.with_address("10.77.0.61"), addresses))


class FloodTest(Flooded):
    def when_all_is_read(self):
        """Whatever came before this has been read, or dropped by the kernel."""
        with raw_tftp.RawTftp(self.with_address("10.77.0.62")) as client:
            shell.wait_until(lambda: client.fetch("none") is not None, "an answer")

    def size(self):
        """Bytes and open files of pxed."""
        status = pathlib.Path(f"/proc/{self.pxed.process.pid}/status").read_text()
        kilobytes = int(status.split("VmRSS:")[1].split()[0])
        return kilobytes * 1024, len(os.listdir(f"/proc/{self.pxed.process.pid}/fd"))

    def test_T73_T106_T109_a_hundred_thousand_requests_without_an_ack_stay_within_the_limits(self):
        flood = self.flood_from(["10.77.0.210"])
        flood.send(20_000, self.request)
        self.when_all_is_read()
        bytes_before, _ = self.size()
        flood.send(80_000, self.request)
        self.when_all_is_read()
        bytes_after, files = self.size()
        counted = self.pxed.counters("TFTP")
        ended = sum(counted[end] for end in ("timed_out", "client_gone", "client_error", "fetched",
                                          "fetched_unconfirmed", "probed", "aborted"))
        self.assertGreater(counted["over_client_limit"], 10_000)
        self.assertLessEqual(counted["started"] - ended, 1024 + 1, counted)
        self.assertLess(files, 2 * 1024 + 100)
        self.assertLess(bytes_after - bytes_before, 64 << 20, "whatever is asked, no more is kept")

    def test_T106_others_are_served_while_one_address_floods(self):
        machine = self.with_address("10.77.0.60")
        with self.flood_from(["10.77.0.210"]).going_on(self.request, per_second=1000):
            for client in tftp_clients.ALL:
                with self.subTest(client.name):
                    got = client(machine, self.folder).fetch(testbed.SERVER, _KERNEL)
                    self.assertEqual(got, self.kernel)
        self.assertGreater(self.pxed.counters("TFTP")["over_client_limit"], 0)

    def test_T3_T83_T109_the_largest_datagrams_there_are_disturb_nobody(self):
        machine = self.with_address("10.77.0.60")
        with raw_tftp.RawTftp(machine) as client, raw_tftp.RawTftp(machine) as stranger:
            largest = raw_tftp.request_bytes("x" * 65498)
            self.assertEqual(len(largest), 65507)
            stranger.send(largest)
            self.assertEqual(stranger.receive()[:2], ("error", 4))
            client.request("debian/initrd.img")
            self.assertEqual(client.receive(), ("data", 1, b"initrd"))
            for opcode in range(8):
                packet = struct.pack("!HH", opcode, 7).ljust(65507, b"\xff")
                stranger.send(packet, client.transfer)
                stranger.send(packet)
                if opcode != 5:  # an ERROR is the client's right
                    client.send(packet, client.transfer)
            stranger.request("none")
            answers = []
            while ("error", 1) not in answers:  # the last of them
                answers.append(stranger.receive()[:2])
            self.assertIn(("error", 5), answers)
            client.ack(1)
            ended = lambda: self.pxed.lines("fetched file=debian/initrd.img")
            shell.wait_until(ended, "the end of the transfer")


class LineTest(Flooded):
    """Every place is taken, and strangers ask for each that comes free, once and never again."""

    serve_flags = ("--tftp-max-transfers=20",)

    def test_T106_who_keeps_asking_is_served_before_those_who_do_not(self):
        machine = self.with_address("10.77.0.60")
        flood = self.flood_from([f"10.77.0.{last}" for last in range(201, 251)])
        holders = [self.enterContext(raw_tftp.RawTftp(machine)) for _ in range(20)]
        for holder in holders:
            holder.request(_KERNEL, blksize=1428)
            self.assertEqual(holder.receive()[0], "oack")
        with flood.going_on(self.request, per_second=100):
            shell.wait_until(lambda: self.pxed.counters("TFTP")["over_limit"] > 50, "a line")
            client = tftp_clients.Curl(machine, self.folder)
            leaving = threading.Timer(1, self.leave, [holders])
            leaving.start()
            self.assertEqual(client.fetch(testbed.SERVER, "debian/initrd.img"), b"initrd")
            leaving.join()

    def leave(self, holders):
        for holder in holders:
            holder.send(b"\0\5\0\0enough\0", holder.transfer)


class OrderTest(testbed.ServerTest):
    """pxed is stopped, packets for it are queued, and it goes on: who is served first?"""

    serve_flags = ("--tftp-max-window=64",)

    def ports_of_answers(self, captured):
        """The ports that packets went to, in the order in which pxed sent them."""
        return [int(port) for (port,) in captured.tshark(
            self.folder, f"udp && ip.src == {testbed.SERVER}", "udp.dstport")]

    def start(self, machine, name, **options):
        client = self.enterContext(raw_tftp.RawTftp(machine))
        client.request(name, **options)
        self.assertIn(client.receive()[0], ("oack", "data"))
        return client, client.socket.getsockname()[1]

    def stopped(self, queue):
        """What pxed sends for all that `queue` does while it is stopped, as client ports."""
        self.pxed.process.send_signal(signal.SIGSTOP)
        try:
            with capture.Capture(self.net, "br0") as captured:
                queue()
                self.pxed.process.send_signal(signal.SIGCONT)
                shell.wait_until(lambda: len(captured.frames()) >= self.expected, "all answers")
                return self.ports_of_answers(captured)
        finally:
            self.pxed.process.send_signal(signal.SIGCONT)

    def test_small_files_and_requests_overtake_fifty_bulk_transfers(self):
        machine = self.with_address("10.77.0.60")
        self.put_file("config", b"x" * 1000)
        bulk = [self.start(machine, _KERNEL, blksize=1428, windowsize=4)[0] for _ in range(50)]
        small, small_port = self.start(machine, "config")
        asking = self.enterContext(raw_tftp.RawTftp(machine))
        asking.socket.bind(("", 0))

        def queue():
            for client in bulk:
                client.ack(0)
            small.ack(1)
            asking.request("none")

        self.expected = 2 * (len(bulk) + 2)  # what went in is captured, too
        order = self.stopped(queue)
        self.assertLess(order.index(small_port), 3, order)
        self.assertIn(asking.socket.getsockname()[1], order)


class GoneTest(testbed.ServerTest):
    """Machines that do not answer ARP: what is sent to them waits in the kernel for seconds."""

    serve_flags = ("--tftp-single-port",)

    def test_T72_T85_a_hundred_machines_that_are_gone_hold_up_nobody(self):
        machine = self.with_address("10.77.0.60")
        gone = [f"10.77.0.{last}" for last in range(101, 201)]
        flood = self.enterContext(raw_tftp.Flood(self.net, self.with_address("10.77.0.61"), gone))
        for address in gone:
            self.net.ip("neigh", "del", address, "dev", "br0")
        flood.send(1000, raw_tftp.request_bytes(_KERNEL))
        with raw_tftp.RawTftp(machine) as client:
            shell.wait_until(lambda: client.fetch("debian/initrd.img") == b"initrd", "a file")
        counted = self.pxed.counters("TFTP")
        self.assertGreater(counted["started"], 900)
        self.assertEqual([counted["send_busy"], counted["send_failed"]], [0, 0])


class SilentTest(testbed.ServerTest):
    """One that does not answer ARP for a while, in the middle of transfers; and a pxed that may not
    have larger buffers than anybody."""

    serve_flags = ("--tftp-max-window=64", "--user", "nobody")

    @classmethod
    def lay_out(cls):
        shell.run("chown", "nobody", cls.folder)

    def clients(self):
        """So many that their windows, sent three times, fill the buffers of eight ports."""
        buffer_bytes = 2 * int(pathlib.Path("/proc/sys/net/core/wmem_max").read_text())
        return max(16, 8 * buffer_bytes // (3 * 64 * 1428))

    def set_kernel(self, namespace, name, value):
        namespace.run("sh", "-c", f"echo {value} >/proc/sys/net/ipv4/{name}")

    def answer_arp(self, machine, ignore):
        self.set_kernel(machine, "conf/eth0/arp_ignore", ignore)

    def rest_in_windows(self, client, block_bytes, window):
        """All from block 1 on; of what comes out of order nothing is kept."""
        content, block = b"", 0
        while True:
            packet = client.receive()
            self.assertIsNotNone(packet, f"silence behind block {block}")
            if packet[0] != "data" or packet[1] != block + 1:
                continue
            block += 1
            content += packet[2]
            if len(packet[2]) < block_bytes or block % window == 0:
                client.ack(block)
            if len(packet[2]) < block_bytes:
                return content

    def test_T72_what_the_kernel_had_no_room_for_is_sent_when_it_has(self):
        machine = self.with_address("10.77.0.60")
        machine.ip("neigh", "replace", testbed.SERVER, "lladdr", self.net.mac("br0"),
                   "dev", "eth0", "nud", "permanent")
        self.set_kernel(self.net, "neigh/br0/unres_qlen_bytes", 1_000_000_000)
        clients = [self.enterContext(raw_tftp.RawTftp(machine)) for _ in range(self.clients())]
        for client in clients:
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            client.request(_KERNEL, blksize=1428, windowsize=64)
            self.assertEqual(client.receive()[0], "oack")
        self.answer_arp(machine, ignore=8)
        self.net.ip("neigh", "del", "10.77.0.60", "dev", "br0")
        for client in clients:
            client.ack(0)
        shell.wait_until(lambda: self.pxed.counters("TFTP")["send_busy"], "a full buffer")
        self.answer_arp(machine, ignore=0)
        for client in clients[:4]:
            self.assertEqual(self.rest_in_windows(client, 1428, 64),
                             (self.root / _KERNEL).read_bytes())
