"""How fast files are served, and what that costs: the same for every server."""

import contextlib
import dataclasses
import math
import statistics
import threading

from . import link as wire
from . import tftp_files
from .tftp_servers import MAX_WINDOW

_GIB = 1 << 30
MANY = 1000  # clients; with so many, memory is looked at
BUSY = 0.9  # of one CPU: a client that takes so much may be what sets the rate


@dataclasses.dataclass(frozen=True)
class Case:
    """What is asked for, and by how many."""

    name: str
    clients: int = 1
    fetches: int = 1
    block: int = 1428
    window: int = 1
    file: str = "big"  # empty: a boot config for each
    mtu: int = 1500

    @property
    def bytes(self):
        return {"big": tftp_files.BIG, "middle": tftp_files.MIDDLE}[self.file]

    def flags(self, files):
        what = (("--file", self.file, "--bytes", self.bytes) if self.file
                else ("--configs", files.text_path))
        asked = ("--block", self.block, "--tsize") if self.block else ()
        window = ("--window", self.window) if self.window > 1 else ()
        return (*what, *asked, *window, "--fetches", self.fetches, "--at-once", self.clients)


@dataclasses.dataclass
class Trial:
    """One server, fresh, under one load."""

    rate: float  # MB/s; of boot configs, so many each second
    cpu: float  # of the server, in s/GiB; of boot configs, us for each
    client_busy: float  # of one CPU
    server_busy: float  # of one CPU
    p50: float  # ms
    p99: float
    timeouts: int
    repeated: int  # blocks that a client had already
    failures: int
    block: int  # as granted
    window: int
    more_memory_mib: float  # RssAnon at its highest, beyond what it was before; 0 with few clients


def single(block, window):
    return Case(f"1 client, blksize {block}, windowsize {window}", block=block, window=window,
                fetches=1 if window < 16 else 4,
                mtu=9000 if block > 1428 else 1500)  # so that nobody has to send fragments


def storm(clients, window):
    return Case(f"{clients} clients, 1 MiB, windowsize {window}", clients=clients, window=window,
                fetches=clients, file="middle")


def configs(block, name):
    return Case(name, clients=64, fetches=0, block=block, file="")


SINGLES = [single(block, window) for block in (512, 1428, 8192)
           for window in (1, 4, 16, MAX_WINDOW)]
STORMS = [storm(clients, window) for clients in (100, 1000) for window in (1, 16)]
CONFIGS = [configs(1408, "boot configs, 64 at once, as PXELINUX asks"),
           configs(0, "boot configs, 64 at once, without options")]


def measure(server, case, files):
    fetches = case.fetches or files.configs
    case = dataclasses.replace(case, fetches=fetches)
    with wire.Link(server.name, case.mtu) as link, server.running(link, files) as group:
        memory = [group.rss_anon_mib()]
        before = group.cpu_seconds()
        with _sampling(group.rss_anon_mib, memory, case.clients >= MANY):
            said = link.fetch(*case.flags(files))
        used = group.cpu_seconds() - before
    if said["wrong"]:
        raise RuntimeError(f"{server.name} gave wrong answers: {said}")
    seconds = said["seconds"]
    moved, done = said["bytes"], said["done"]
    return Trial(rate=moved / 1e6 / seconds if case.file else done / seconds,
                 cpu=math.inf if not done else used * _GIB / moved if case.file else used * 1e6 / done,
                 client_busy=said["client_cpu_seconds"] / seconds, server_busy=used / seconds,
                 p50=said["fetch_ms"]["p50"], p99=said["fetch_ms"]["p99"],
                 timeouts=said["timeouts"], repeated=said["repeated"], failures=fetches - done,
                 block=said["block_bytes"], window=said["window_blocks"],
                 more_memory_mib=max(memory) - memory[0])


@contextlib.contextmanager
def _sampling(sample, found, wanted):
    """Adds to `found` what `sample` says, twice a second until the block is left."""
    over = threading.Event()

    def watch():
        while wanted and not over.wait(0.5):
            found.append(sample())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def middle(trials, field):
    return statistics.median(getattr(trial, field) for trial in trials)


def ratio(ours, theirs, field="rate"):
    """The median of the rounds' ratios: only what was measured in the same minute is compared."""
    pairs = [(getattr(a, field), getattr(b, field)) for a, b in zip(ours, theirs)]
    return statistics.median(a / b if b else float("inf") for a, b in pairs)
