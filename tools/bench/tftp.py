"""./dev bench tftp: pxed, tftpd-hpa, atftpd, dnsmasq and a ceiling under the same load, side by side.

Each server runs in a network namespace of its own, the clients in another; for each load, and in each
round anew, servers take turns. What the columns mean is told in docs/benchmarks.md.
"""

import argparse
import contextlib
import dataclasses
import json
import pathlib
import re
import sys
import tempfile

sys.dont_write_bytecode = True  # we run as root in the user's tree
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from bench import meter, targets, tftp_files, tftp_servers, transfers  # noqa: E402

CONFIGS = 20_000
QUICK_CONFIGS = 5000
HEADINGS = ("load", "server", "rate", "spread", "to pxed", "CPU", "p50 ms", "p99 ms", "timeouts",
            "repeated", "failed", "granted", "server", "client", "MiB")


def say(text):
    print(text, flush=True)


def quick_cases():
    return [transfers.single(1428, 1), transfers.single(1428, transfers.MAX_WINDOW),
            transfers.storm(1000, 1), transfers.storm(1000, 16), transfers.CONFIGS[0]]


def run_round(cases, servers, files, measured):
    for case in cases:
        for server in servers:
            trial = transfers.measure(server, case, files)
            measured.setdefault((case, server.name), []).append(trial)
            say(f"  {case.name}: {server.name} {trial.rate:.0f}{unit(case)}, "
                f"CPU {trial.cpu:.2f}{cpu_unit(case)}, {trial.timeouts} timeouts, "
                f"{trial.failures} failed")


def unit(case):
    return " MB/s" if case.file else "/s"


def cpu_unit(case):
    return " s/GiB" if case.file else " us"


def row(case, name, trials, ours):
    """`ours`: what pxed did, if it was there."""
    def cell(field, form):
        return format(transfers.middle(trials, field), form)
    rates = [trial.rate for trial in trials]
    busy = transfers.middle(trials, "client_busy")
    return (case.name, name, cell("rate", ".0f") + unit(case), f"{min(rates):.0f}-{max(rates):.0f}",
            f"{transfers.ratio(trials, ours):.2f}" if ours else "-",
            cell("cpu", ".2f") + cpu_unit(case), cell("p50", ".2f"), cell("p99", ".2f"),
            cell("timeouts", ".0f"), cell("repeated", ".0f"), cell("failures", ".0f"),
            f"{trials[-1].block}x{trials[-1].window}", cell("server_busy", ".0%"),
            f"{busy:.0%}" + ("*" if busy > transfers.BUSY else ""),
            cell("more_memory_mib", ".1f") if case.clients >= transfers.MANY else "-")


def print_table(rows):
    widths = [max(len(line[i]) for line in rows) for i in range(len(rows[0]))]
    before = ""
    for line in rows:
        shown = ("" if line[0] == before else line[0], *line[1:])
        before = line[0]
        say("  ".join(text.rjust(width) if i > 1 else text.ljust(width)
                      for i, (text, width) in enumerate(zip(shown, widths))))


def report(cases, servers, measured):
    rows = [row(case, server.name, measured[case, server.name], measured.get((case, "pxed")))
            for case in cases for server in servers if (case, server.name) in measured]
    say("\nCPU: of the server, for each GiB or config; server, client: share of one CPU that they had")
    print_table([HEADINGS, *rows])
    if any("*" in line[-2] for line in rows):
        say("* the load client had hardly a moment's rest: it may be what set that rate")
    for server in servers:
        if server.is_pxed:
            say(f"\ntargets of {server.name}")
            for line in targets.judge(server.name, measured):
                say("  " + line)


def parse():
    parser = argparse.ArgumentParser(prog="dev bench tftp")
    parser.add_argument("--rounds", type=int, help="3 unless you say so; 1 with --quick")
    parser.add_argument("--only", help="servers, joined by commas")
    parser.add_argument("--load", default="", help="a pattern: only loads whose names match")
    parser.add_argument("--quick", action="store_true", help="the loads that have targets, once")
    parser.add_argument("--json", help="the trials too, into this file")
    return parser.parse_args()


def main():
    options = parse()
    chosen = [server for server in tftp_servers.all_servers()
              if not options.only or server.name in options.only.split(",")]
    cases = quick_cases() if options.quick else [
        *transfers.SINGLES, *transfers.STORMS, *transfers.CONFIGS]
    cases = [case for case in cases if re.search(options.load, case.name)]
    rounds = options.rounds or (1 if options.quick else 3)
    measured = {}
    say(meter.machine())
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        files = tftp_files.Files(folder, QUICK_CONFIGS if options.quick else CONFIGS)
        files.make()
        with contextlib.suppress(KeyboardInterrupt):  # then what has been measured is told
            for number in range(rounds):
                say(f"round {number + 1}")
                run_round(cases, chosen, files, measured)
    report(cases, chosen, measured)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(
            {f"{case.name}: {name}": [dataclasses.asdict(trial) for trial in trials]
             for (case, name), trials in measured.items()}, indent=1))


if __name__ == "__main__":
    main()
