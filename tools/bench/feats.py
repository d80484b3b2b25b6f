"""What is asked of pxed beyond its rate: a full pool, an avalanche, a restart, a slow disk, memory."""

import contextlib
import pathlib
import tempfile
import time

from lab import shell

from . import link as wire
from . import meter, rates

_FULL = 1 << 16  # addresses
_SLOW_FLUSH_MS = 5


@contextlib.contextmanager
def _running(server, pool_size, **how):
    with wire.Link(server.name) as link, tempfile.TemporaryDirectory(dir="/var/tmp") as folder, \
            server.running(link, folder, pool_size, **how) as process:
        yield link, process, pathlib.Path(folder)


def _lease(link, first, clients):
    """As fast as it goes, and all of them."""
    said = link.load("--first", first, "--clients", clients, "--window", 200, "--tries", 5)
    if said["bound"] != clients:
        raise RuntimeError(f"not all got a lease: {said}")
    return said


def full_pool(server, rate):
    """(CPU us a lease, p99 ms) among the first addresses of a pool, and among the last: at the end
    one is free."""
    with _running(server, _FULL) as (link, process, _):
        count = 4000
        costs = []
        for first in (0, 200_000):
            before = meter.cpu_seconds(process.pid)
            said = link.load("--first", first, "--clients", count, "--rate", rate, "--tries", 5)
            used = meter.cpu_seconds(process.pid) - before
            if said["bound"] != count:
                raise RuntimeError(f"not all got a lease: {said}")
            costs.append((used * 1e6 / count, said["four_way_ms"]["p99"]))
            if first == 0:
                _lease(link, count, _FULL - 2 * count - 1)
        return costs


def avalanche(server, clients):
    """Seconds until everybody is bound, and packets that had to be repeated."""
    with _running(server, server.max_pool) as (link, _, _):
        said = link.load("--clients", clients, "--avalanche", direct=server.direct)
        if said["bound"] != clients:
            raise RuntimeError(f"not all got a lease: {said}")
        return said["seconds"], said["repeated"]


def memory(server, leases):
    """RssAnon in MiB with so many leases, granted in no haste, and how many those are: fewer where
    the pool is smaller."""
    count = min(leases, server.max_pool - 200)
    with _running(server, _FULL) as (link, process, _):
        rate = min(server.first_rate / 4, 2000)
        link.load("--clients", count, "--rate", rate, "--tries", 5, timeout=600)
        return meter.rss_anon_mib(process.pid), count


def restart(server, leases):
    """Seconds from start to service without leases, and with so many."""
    with wire.Link(server.name) as link, tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        took = []
        for count in (0, leases, None):
            began = time.monotonic()
            with server.running(link, folder, server.max_pool):
                took.append(time.monotonic() - began)
                if count:
                    _lease(link, 0, count)
        return took[1], took[2]


def slow_flush(server, rate):
    """The highest rate with a disk that takes its time for each flush."""
    preload = {"LD_PRELOAD": wire.program("libslow_flush.so"),
               "SLOW_FLUSH_US": str(_SLOW_FLUSH_MS * 1000)}
    return rates.measure(server, rate, preload=preload)


def disk_sync_us():
    """What one fdatasync of an appended page takes here, in microseconds."""
    script = ("import os,time,tempfile\n"
              "f=tempfile.TemporaryFile(dir='/var/tmp',buffering=0)\n"
              "t=[]\n"
              "for _ in range(300):\n"
              "  f.write(bytes(4096));b=time.perf_counter();os.fdatasync(f.fileno())\n"
              "  t.append(time.perf_counter()-b)\n"
              "print(sorted(t)[150]*1e6)\n")
    return float(shell.run("/usr/bin/python3", "-c", script)[1])
