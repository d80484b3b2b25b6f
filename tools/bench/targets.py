"""What pxed is to reach beside its peers, and whether it does."""

from . import transfers

_PEERS = ("tftpd-hpa", "atftpd", "dnsmasq")
_WIDEST = transfers.single(1428, transfers.MAX_WINDOW)
_STORM = transfers.storm(1000, 1)
_WINDOWS = transfers.storm(1000, 16)
_MEMORY_MIB = 8


class _Judge:
    def __init__(self, name, measured):
        self.name = name
        self.measured = measured
        self.lines = []

    def trials(self, case, server=None):
        return self.measured.get((case, server or self.name))

    def against(self, case, peer, least):
        """`peer`: its name, or several, of which the best counts."""
        peers = [self.trials(case, name) for name in ([peer] if isinstance(peer, str) else peer)]
        ours = self.trials(case)
        if not ours or not any(peers):
            return
        ratio = min(transfers.ratio(ours, theirs) for theirs in peers if theirs)
        who = peer if isinstance(peer, str) else "the best peer"
        self.say(ratio >= least, f"{case.name}: {ratio:.2f} times {who}, {least} asked")

    def at_most(self, case, field, most, what):
        if not self.trials(case):
            return
        value = transfers.middle(self.trials(case), field)
        least = self.trials(case, "ceiling")
        beside = f"; the ceiling has {transfers.middle(least, field):.2f}" if least else ""
        self.say(value <= most, f"{case.name}: {what} {value:.2f}, {most} allowed{beside}")

    def say(self, holds, text):
        self.lines.append(f"{'holds ' if holds else 'MISSED'}  {text}")


def judge(name, measured):
    """A line for each target whose servers were measured; `name` is the pxed that is meant."""
    court = _Judge(name, measured)
    for block in (512, 1428, 8192):
        court.against(transfers.single(block, 1), _PEERS, 1.0)
    court.against(_WIDEST, "atftpd", 1.9)
    court.against(_WIDEST, "ceiling", 0.9)
    court.against(_STORM, "dnsmasq", 1.4)
    court.at_most(_STORM, "timeouts", 0, "timeouts")
    court.at_most(_STORM, "failures", 0, "failures")
    court.against(_WINDOWS, "atftpd", 4.5)
    court.against(transfers.CONFIGS[0], "dnsmasq", 1.2)
    court.at_most(_STORM, "cpu", 2.0, "CPU s/GiB")
    court.at_most(_WIDEST, "cpu", 0.7, "CPU s/GiB")
    court.at_most(_STORM, "more_memory_mib", _MEMORY_MIB, "MiB more")
    return court.lines
