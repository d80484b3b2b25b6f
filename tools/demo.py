"""./dev demo: an API call decides what two virtual machines boot, and you watch them do it.

Everything happens in network namespaces of this demo's own and is gone afterwards, also after
Ctrl-C. --keep leaves the network and pxed running to play with: --again boots the machines again,
--end ends that.
"""

import argparse
import contextlib
import pathlib
import re
import shutil
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # we run as root in the user's tree
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from lab import bootfiles, daemon, machine, network, shell  # noqa: E402

KEPT_NAMESPACE = "pxed-demo"
KEPT_NOTE = shell.ROOT / "build/demo-kept"  # holds the name of the folder

# name, firmware, MAC address, reserved address
MACHINES = [
    ("bios1", "bios", "52:54:00:00:00:01", "10.77.0.11"),
    ("uefi1", "uefi", "52:54:00:00:00:02", "10.77.0.12"),
]
PROFILE = "debian"


def heading(text):
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)


def register(adm):
    """All that pxed knows, it knows from these calls."""
    adm("subnet", "create", "lab", "--cidr", "10.77.0.0/24", "--pool", "10.77.0.100-10.77.0.199",
        "--router", "10.77.0.1", "--dns", "10.77.0.1")
    adm("profile", "create", PROFILE, "--kernel", bootfiles.KERNEL, "--initrd", bootfiles.INITRD,
        "--args", "console=ttyS0 demo.host={{host.id}}")
    for name, _, mac, address in MACHINES:
        adm("host", "create", name, "--mac", mac, "--address", address, "--profile", PROFILE)


class Watch:
    """Prints what happens to the machines as it happens, with the seconds since the start."""

    def __init__(self, pxed, machines):
        self.pxed = pxed
        self.machines = machines
        self.began = time.monotonic()
        self.seen_lines = len(pxed.log().splitlines())
        self.milestones = set()
        self.names = {}
        for name, _, mac, address in MACHINES:
            self.names[mac] = self.names[address] = name

    def say(self, who, what):
        print(f"  {time.monotonic() - self.began:5.1f} s  {who:6} {what}", flush=True)

    def step(self):
        for line in self.pxed.log().splitlines()[self.seen_lines:]:
            self.seen_lines += 1
            self._log_line(line)
        for vm in self.machines:
            if re.search(r"=== boot report|Linux version", vm.serial()):
                self._once(vm, "the kernel runs")
            if vm.report():
                self._once(vm, "its init has reported; it powers off")

    def _log_line(self, line):
        """"2026-01-02 03:04:05.678 info    CLIENT what happened" """
        words = line.split(maxsplit=4)
        if len(words) == 5 and words[3] in self.names:
            self.say(self.names[words[3]], words[4])

    def _once(self, vm, what):
        if (vm.name, what) not in self.milestones:
            self.milestones.add((vm.name, what))
            self.say(vm.name, what)


def boot(net, pxed, folder):
    """Boots all machines at once; returns each one's report by name."""
    heading("Two machines without disks are switched on")
    with contextlib.ExitStack() as stack:
        machines = [
            stack.enter_context(machine.Machine(net, name, firmware, mac, folder))
            for name, firmware, mac, _ in MACHINES
        ]
        watch = Watch(pxed, machines)
        while any(vm.process.poll() is None for vm in machines):
            watch.step()
            if time.monotonic() - watch.began > machine.HANG_GUARD_SECONDS:
                break
            time.sleep(0.2)
        watch.step()
        return {vm.name: vm.wait(seconds=1) for vm in machines}


def loader_of(log, mac):
    """The boot file that the last ACK with one has named."""
    found = re.findall(rf"{mac} acked .*?file=(\S+)", log)
    return found[-1] if found else "?"


def summary(pxed, reports):
    heading("What each got")
    for name, firmware, mac, _ in MACHINES:
        report = reports[name]
        print(f"\n  {name} ({firmware}, {mac})")
        print(f"    address       {report.get('address')}, lease {report.get('lease')} s")
        print(f"    loader        {loader_of(pxed.log(), mac)}")
        print("    config        as rendered for it:")
        for line in pxed.adm("preview", "--host", name).splitlines():
            print(f"                    {line}")
        print(f"    command line  {report.get('cmdline')}")
        print("                  (read from /proc/cmdline inside the machine)")


def complain(reports):
    """What is not as the API said; empty when all is well."""
    for name, firmware, mac, address in MACHINES:
        report = reports[name]
        wanted = {"mac": mac, "address": f"{address}/24", "firmware": firmware}
        for key, value in wanted.items():
            if report.get(key) != value:
                yield f"{name}: {key} is {report.get(key)}, not {value}"
        if f"demo.host={name}" not in report["cmdline"]:
            yield f"{name}: booted another command line"


def how_to_play(pxed, folder):
    adm = daemon.programs() / "pxeadm"
    heading("pxed is still running; as root, try")
    print(f"""
  export PXEADM_SERVER={pxed.socket}
  {adm} host list
  {adm} profile update {PROFILE} --args 'console=ttyS0 hello={{{{host.id}}}}'
  {adm} preview --host bios1
  {adm} lease list
  ip netns exec {KEPT_NAMESPACE} curl -s tftp://10.77.0.1/pxelinux.cfg/01-52-54-00-00-00-01
  tail -f {pxed.log_path}

  ./dev demo --again    boots both machines again, with what you have changed
  ./dev demo --end      ends it and removes the namespace
""")
    KEPT_NOTE.write_text(str(folder))


def kept_folder():
    return pathlib.Path(KEPT_NOTE.read_text()) if KEPT_NOTE.exists() else None


def end_kept():
    """Ends what --keep has left. Safe when there is nothing."""
    network.Namespace(KEPT_NAMESPACE).remove()
    if kept_folder():
        shutil.rmtree(kept_folder(), ignore_errors=True)
        KEPT_NOTE.unlink()


def run_again():
    """Boots the machines on the network and the pxed that --keep has left."""
    folder = kept_folder()
    if not folder:
        sys.exit("nothing is kept; start with ./dev demo --keep")
    net = network.Network("demo", name=KEPT_NAMESPACE)
    pxed = daemon.Pxed(net, folder, folder / "tftp")
    summary(pxed, boot(net, pxed, folder))


def run(keep):
    end_kept()
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="pxed-demo-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)  # pxed may serve as another user
        root = folder / "tftp"
        root.mkdir()
        bootfiles.make_root(root)
        net = stack.enter_context(network.Network("demo", name=KEPT_NAMESPACE))
        heading(f"pxed serves the bridge br0 of the network namespace {net.name}")
        pxed = daemon.Pxed(net, folder, root, outlive=keep)
        stack.enter_context(pxed)
        print("".join(f"  {line}\n" for line in pxed.log().splitlines()), end="")
        heading("The API is told what there is, and what boots what")
        pxed.adm.echo = lambda line: print(f"  $ {line}", flush=True)
        register(pxed.adm)
        pxed.adm.echo = None
        reports = boot(net, pxed, folder)
        summary(pxed, reports)
        wrong = list(complain(reports))
        for line in wrong:
            print(f"  WRONG: {line}")
        if wrong:
            return 1
        heading("Both machines booted what the API chose.")
        if keep:
            how_to_play(pxed, folder)
            stack.pop_all()
    return 0


def main():
    parser = argparse.ArgumentParser(prog="./dev demo")
    parser.add_argument("--keep", action="store_true", help="leave pxed running")
    parser.add_argument("--again", action="store_true", help="boot again what --keep has left")
    parser.add_argument("--end", action="store_true", help="end what --keep has left")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a script's background job ignores it
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if options.end or options.again:
            sys.exit(end_kept() if options.end else run_again())
        sys.exit(run(options.keep))
    except KeyboardInterrupt:
        sys.exit("\nstopped; everything is cleaned up")


if __name__ == "__main__":
    main()
