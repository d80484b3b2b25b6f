"""./dev bench dhcp: pxed, Kea, ISC dhcpd, dnsmasq and a ceiling under the same load, side by side.

Each server runs in a network namespace of its own, the clients in another; servers take turns, round
by round. What the columns mean is told in docs/benchmarks.md.
"""

import argparse
import dataclasses
import json
import pathlib
import sys

sys.dont_write_bytecode = True  # we run as root in the user's tree
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from bench import feats, meter, rates, servers  # noqa: E402

LEASES_IN_MEMORY = 40_000
LEASES_RELOADED = 100_000
AVALANCHE = 5000
COMPARED_RATE = 10_000
SLOW_FLUSH_RATE = 20_000


def say(text):
    print(text, flush=True)


@dataclasses.dataclass
class Measured:
    """All trials of one server; the lists have one entry a round."""

    best: list = dataclasses.field(default_factory=list)
    half: list = dataclasses.field(default_factory=list)  # at half of the best
    direct: list = dataclasses.field(default_factory=list)  # the same, machines on the wire
    compared: list = dataclasses.field(default_factory=list)  # at COMPARED_RATE, if it can
    syncs: float = 0
    memory_mib: float = 0
    leases: int = 0


def run_round(server, measured):
    best = rates.highest(server, say)
    measured.best.append(best)
    if not best.rate:
        return
    half = best.rate / 2
    measured.half.append(rates.measure(server, half))
    if server.direct:
        measured.direct.append(rates.measure(server, half, direct=True))
    if best.rate > COMPARED_RATE * 1.2:
        measured.compared.append(rates.measure(server, COMPARED_RATE))


def run_once(server, measured):
    rate = max(rates.middle(measured.best, "rate") / 2, 50)
    measured.syncs = rates.measure(server, rate, count_syncs=True).syncs
    if server.name != "ceiling":
        measured.memory_mib, measured.leases = feats.memory(server, LEASES_IN_MEMORY)


def cell(trials, field, form):
    trials = [trial for trial in trials if trial.rate]
    return format(rates.middle(trials, field), form) if trials else "-"


def row(name, durable, one):
    return (name, cell(one.best, "rate", ".0f"),
            rates.spread(one.best, "rate") if one.best else "-",
            cell(one.best, "cpu_us", ".1f"), cell(one.half, "p50", ".3f"),
            cell(one.half, "p99", ".3f"), cell(one.half, "cpu_us", ".1f"),
            cell(one.direct, "p99", ".3f"), cell(one.compared, "p99", ".3f"),
            f"{one.syncs:.3f}", durable,
            f"{one.memory_mib:.1f} ({one.leases // 1000}k)" if one.memory_mib else "-")


HEADINGS = ("server", "best/s", "spread", "CPU us", "p50 ms", "p99 ms", "CPU us", "direct p99",
            "10k/s p99", "syncs/lease", "durable", "RssAnon MiB")


def print_table(rows):
    widths = [max(len(line[i]) for line in rows) for i in range(len(rows[0]))]
    for line in rows:
        say("  ".join(text.rjust(width) if i else text.ljust(width)
                      for i, (text, width) in enumerate(zip(line, widths))))


def print_feats(pxed):
    say("\npxed alone")
    (first_cpu, first_p99), (last_cpu, last_p99) = feats.full_pool(pxed, 4000)
    say(f"  pool of 65536, first 4000 addresses: {first_cpu:.1f} us/lease, p99 {first_p99:.3f} ms; "
        f"last 4000 but one: {last_cpu:.1f} us/lease, p99 {last_p99:.3f} ms")
    seconds, repeated = feats.avalanche(pxed, AVALANCHE)
    say(f"  avalanche of {AVALANCHE}: all bound after {seconds:.3f} s, {repeated} packets repeated")
    empty, full = feats.restart(pxed, LEASES_RELOADED)
    say(f"  start: {empty:.3f} s without leases, {full:.3f} s with {LEASES_RELOADED}")
    slow = feats.slow_flush(pxed, SLOW_FLUSH_RATE)
    say(f"  flush 5 ms slower, {SLOW_FLUSH_RATE}/s: {slow.drops:.2%} dropped, "
        f"p99 {slow.p99:.1f} ms, {slow.cpu_us:.1f} us/lease")


def main():
    parser = argparse.ArgumentParser(prog="dev bench dhcp")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="servers, joined by commas")
    parser.add_argument("--json", help="the trials too, into this file")
    options = parser.parse_args()
    chosen = [server for server in servers.all_servers()
              if not options.only or server.name in options.only.split(",")]
    say(f"{meter.machine()}; one fdatasync {feats.disk_sync_us():.0f} us")
    all_measured = {server.name: Measured() for server in chosen}
    for number in range(options.rounds):
        say(f"round {number + 1}")
        for server in chosen:
            run_round(server, all_measured[server.name])
    for server in chosen:
        run_once(server, all_measured[server.name])
    say("\nexchanges a second with under 1 % drops | at half of that, relayed | 10000/s | once")
    print_table([HEADINGS, *(row(server.name, server.durable, all_measured[server.name])
                             for server in chosen)])
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(
            {name: dataclasses.asdict(one) for name, one in all_measured.items()}, indent=1))
    for server in chosen:
        if server.name == "pxed":
            print_feats(server)


if __name__ == "__main__":
    main()
