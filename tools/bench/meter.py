"""What a running server costs: CPU time, memory, syncs."""

import contextlib
import os
import pathlib
import re
import signal
import subprocess
import tempfile

from lab import shell


def cpu_seconds(pid):
    """Of all its threads that are there, to the microsecond."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def cpu_by_thread(pid):
    """Seconds by the name of the thread."""
    by_name = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        name = (task / "comm").read_text().strip() + " " + task.name
        by_name[name] = int((task / "schedstat").read_text().split()[0]) / 1e9
    return by_name


def rss_anon_mib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+) kB", status).group(1)) / 1024


@contextlib.contextmanager
def counting_syncs(pid):
    """A list that holds their number once the block is left. Only these calls are slowed down."""
    found = []
    with tempfile.NamedTemporaryFile("r") as trace:
        process = subprocess.Popen(
            ["strace", "-f", "-q", "-e", "trace=fsync,fdatasync,sync_file_range,msync", "-o",
             trace.name, "-p", str(pid)], stderr=subprocess.PIPE, start_new_session=True)
        try:
            shell.wait_until(lambda: _is_traced(pid), "strace")
            yield found
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()
            process.stderr.close()
        lines = trace.read().splitlines()
        found.append(sum(1 for line in lines if re.search(r"(fsync|fdatasync)\(", line)))


def _is_traced(pid):
    return all("TracerPid:\t0" not in (task / "status").read_text()
               for task in pathlib.Path(f"/proc/{pid}/task").iterdir())


def machine():
    """One line that names what was measured on."""
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    cpus = shell.run("nproc")[1].strip()
    kernel = shell.run("uname", "-r")[1].strip()
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) // (1 << 20)
    name = model.group(1) if model else "unknown CPU"
    return f"{cpus} CPUs, {name}, {memory} GiB, Linux {kernel}"


class Group:
    """A control group for a server: what all its processes cost, those that have ended as well.

    with Group("atftpd") as group:
        group.add(pid)  # and whoever is born of it from now on
    """

    def __init__(self, name):
        mounts = pathlib.Path("/proc/self/mountinfo").read_text()
        found = re.search(r"^\S+ \S+ \S+ \S+ (\S+) .* - cgroup2 ", mounts, re.MULTILINE)
        if not found:
            raise RuntimeError("control groups (cgroup2) are not mounted")
        self.folder = pathlib.Path(found.group(1)) / f"pxelab-{os.getpid()}-{name}"

    def __enter__(self):
        self._sweep()
        self.folder.mkdir()
        return self

    def __exit__(self, *_):
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        shell.wait_until(lambda: not self.pids(), "the server's last process")
        self.folder.rmdir()

    def _sweep(self):
        """Removes what runs that were killed outright have left behind; their servers died with them."""
        for folder in self.folder.parent.glob("pxelab-*"):
            if not pathlib.Path(f"/proc/{folder.name.split('-')[1]}").exists():
                folder.rmdir()

    def add(self, pid):
        (self.folder / "cgroup.procs").write_text(str(pid))

    def pids(self):
        return (self.folder / "cgroup.procs").read_text().split()

    def cpu_seconds(self):
        used = re.search(r"usage_usec (\d+)", (self.folder / "cpu.stat").read_text())
        return int(used.group(1)) / 1e6

    def rss_anon_mib(self):
        total = 0
        for pid in self.pids():
            with contextlib.suppress(OSError, AttributeError):  # ended meanwhile, or as good as
                total += rss_anon_mib(pid)
        return total
