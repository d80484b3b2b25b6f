"""A bad network for TFTP: a relay that loses, repeats and delays what passes, by a seed.

    with TftpRelay(namespace, "10.77.0.1", loss=0.05) as relay:
        namespace.run("curl", "tftp://127.0.0.1/file", ...)

It listens on loopback of the namespace, port 69. To a client it is a server that sends all from that
one port; to the server, each client is a port of the relay. A packet that is delayed is overtaken by
those behind it. `dropped` and `repeated` say what it has done, so that a test knows it was hit.
`lose`, asked of each packet, makes it lose those as well. With `address` it serves a network.
"""

import heapq
import random
import select
import socket
import struct
import threading
import time

_PORT = 69
_MAX_DATAGRAM = 65535
_REQUESTS = (1, 2)


class TftpRelay:
    def __init__(self, namespace, server, *, loss=0.0, repeat=0.0, delay=0.0, seed=1,
                 lose=lambda packet: False, address="127.0.0.1"):
        self.namespace = namespace
        self.address = address
        self.lose = lose
        self.server = (server, _PORT)
        self.loss, self.repeat, self.delay = loss, repeat, delay
        self.dropped = self.repeated = self.delayed = 0
        self._random = random.Random(seed)
        self._upstream = {}  # client -> its socket towards the server
        self._transfer = {}  # that socket -> (client, the server's port for it)
        self._late = []  # (when, number, socket, packet, to)
        self._ended = threading.Event()

    def __enter__(self):
        self._front = self.namespace.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._front.bind((self.address, _PORT))
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()
        for each in (self._front, *self._upstream.values()):
            each.close()

    def _run(self):
        while not self._ended.is_set():
            sockets = [self._front, *self._upstream.values()]
            for ready in select.select(sockets, [], [], self._seconds_to_wait())[0]:
                packet, sender = ready.recvfrom(_MAX_DATAGRAM)
                if ready is self._front:
                    self._from_client(packet, sender)
                else:
                    self._from_server(ready, packet, sender)
            self._send_late()

    def _seconds_to_wait(self):
        if not self._late:
            return 0.05
        return min(max(self._late[0][0] - time.monotonic(), 0), 0.05)

    def _from_client(self, packet, client):
        if client not in self._upstream:
            self._upstream[client] = self.namespace.socket(socket.AF_INET, socket.SOCK_DGRAM)
        upstream = self._upstream[client]
        is_request = struct.unpack("!H", packet[:2])[0] in _REQUESTS
        if is_request:
            self._transfer[upstream] = (client, self.server)
        self._pass(upstream, packet, self._transfer[upstream][1])

    def _from_server(self, upstream, packet, sender):
        client, _ = self._transfer[upstream]
        self._transfer[upstream] = (client, sender)
        self._pass(self._front, packet, client)

    def _pass(self, through, packet, to):
        if self._random.random() < self.loss or self.lose(packet):
            self.dropped += 1
            return
        copies = 1
        if self._random.random() < self.repeat:
            self.repeated += 1
            copies = 2
        for _ in range(copies):
            if self._random.random() < self.delay:
                self.delayed += 1
                when = time.monotonic() + self._random.uniform(0.0005, 0.005)
                heapq.heappush(self._late, (when, self.delayed, through, packet, to))
            else:
                through.sendto(packet, to)

    def _send_late(self):
        while self._late and self._late[0][0] <= time.monotonic():
            _, _, through, packet, to = heapq.heappop(self._late)
            through.sendto(packet, to)
