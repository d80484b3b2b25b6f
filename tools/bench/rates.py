"""How many exchanges a second, and what one costs: the same for every server."""

import dataclasses
import statistics
import tempfile

from . import link as wire
from . import meter

SECONDS = 2.0
PATIENCE_MS = 250  # what has no answer by then counts as a drop; a longer queue would hide overload
MAX_DROPS = 0.01


@dataclasses.dataclass
class Trial:
    """One server, fresh, under one load."""

    rate: float = 0  # exchanges a second, done
    asked: float = 0
    drops: float = 0  # of all that began
    kept_up: bool = True  # the clients did
    p50: float = 0
    p99: float = 0
    ack_p99: float = 0
    cpu_us: float = 0  # of the server, a lease
    client_cpu_us: float = 0
    syncs: float = 0  # a lease, where counted

    @property
    def good(self):
        return self.kept_up and self.drops < MAX_DROPS


def measure(server, rate, *, seconds=SECONDS, direct=False, count_syncs=False, flags=(), preload=()):
    clients = int(min(rate * seconds, server.max_pool - 200))
    with wire.Link(server.name) as link, tempfile.TemporaryDirectory(dir="/var/tmp") as folder, \
            server.running(link, folder, server.max_pool, preload) as process:
        before = meter.cpu_seconds(process.pid)
        syncs = []
        if count_syncs:
            with meter.counting_syncs(process.pid) as syncs:
                said = _load(link, clients, rate, direct, flags)
        else:
            said = _load(link, clients, rate, direct, flags)
        used = meter.cpu_seconds(process.pid) - before
    bound = max(said["bound"], 1)
    if said["wrong"]:
        raise RuntimeError(f"{server.name} gave wrong answers: {said}")
    return Trial(rate=said["bound"] / max(said["seconds"], clients / rate), asked=rate,
                 drops=1 - said["bound"] / clients,
                 kept_up=said["begin_seconds"] < clients / rate * 1.03 + 0.02,
                 p50=said["four_way_ms"]["p50"], p99=said["four_way_ms"]["p99"],
                 ack_p99=said["ack_ms"]["p99"], cpu_us=used * 1e6 / bound,
                 client_cpu_us=said["client_cpu_seconds"] * 1e6 / bound,
                 syncs=syncs[0] / bound if syncs else 0)


def _load(link, clients, rate, direct, flags):
    return link.load("--clients", clients, "--rate", rate, "--timeout-ms", PATIENCE_MS, *flags,
                     direct=direct)


def highest(server, say):
    """The best trial with hardly a drop: doubled or halved until it turns, then narrowed down."""
    good = bad = None
    rate = float(server.first_rate)
    for _ in range(12):
        trial = max((measure(server, rate) for _ in range(2 if good is None else 1)),
                    key=lambda one: (one.good, one.rate))
        say(f"  {server.name} {rate:.0f}/s: {'holds' if trial.good else 'too much'}, "
            f"{trial.drops:.2%} dropped, p99 {trial.p99:.2f} ms, {trial.cpu_us:.1f} us/lease"
            f"{'' if trial.kept_up else ', clients too slow'}")
        if trial.good:
            good = max(good or trial, trial, key=lambda one: one.rate)
        else:
            bad = rate
        if good and bad and bad / good.asked < 1.08:
            break
        if bad is None:
            rate *= 1.5
        elif good is None:
            rate /= 1.5
        else:
            rate = (bad + good.asked) / 2
    return good or Trial()


def middle(trials, field):
    return statistics.median(getattr(trial, field) for trial in trials)


def spread(trials, field):
    values = [getattr(trial, field) for trial in trials]
    return f"{min(values):.3g}-{max(values):.3g}"
