"""What a running server costs: CPU time, memory, syncs."""

import contextlib
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
