"""The container engine of the dev stack: the one that runs, or one of its own.

    with engine.Engine() as docker:
        docker.run("build", ...)

An engine of its own changes nothing on this computer: it has no bridge, no packet filter and no
socket but those below, and it ends with the block, unless it is to be kept. Its images and volumes
stay under CACHE for the next run. It raises CannotRun, with a reason on one line, where none can run.
"""

import contextlib
import fcntl
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

from lab import shell

RUN = pathlib.Path("/run/pxed-stack")
CACHE = pathlib.Path("/var/cache/pxed-stack")
SOCKET = RUN / "docker.sock"
PID_FILE = RUN / "dockerd.pid"
LOG = RUN / "dockerd.log"
KEPT = RUN / "kept"  # the engine outlives the run that started it

_DRIVERS = (None, "vfs")  # what the engine likes best, and what works everywhere
_START_SECONDS = 60
_BUILD_SECONDS = 3600


class CannotRun(RuntimeError):
    """No engine; the message is one line."""


def _answers(host):
    """Whether an engine serves there; None is where `docker` looks by itself."""
    if not shutil.which("docker"):
        return False
    environment = os.environ | ({"DOCKER_HOST": host} if host else {})
    asked = subprocess.run(["docker", "version", "--format", "{{.Server.Version}}"],
                           env=environment, capture_output=True, timeout=30)
    return asked.returncode == 0


def compose_command():
    """docker-compose as a list of words, whichever there is."""
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True)
    if plugin.returncode == 0:
        return ["docker", "compose"]
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    raise CannotRun("there is no docker-compose")


class Engine:
    """An engine that answers. `is_ours` says whether it ends with the block."""

    def __init__(self):
        self.is_ours = False
        self.host = None
        self.compose = None
        self.lock = contextlib.ExitStack()

    def __enter__(self):
        if _answers(None):
            self.host = os.environ.get("DOCKER_HOST")
        else:
            self._use_our_own()
        try:
            self.compose = compose_command()
        except CannotRun:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.is_ours:
            end()
        self.lock.close()

    def keep(self):
        """Lets an engine of ours go on when the block is left; end() ends it."""
        if self.is_ours:
            KEPT.touch()
        self.is_ours = False

    def environment(self, **more):
        return os.environ | ({"DOCKER_HOST": self.host} if self.host else {}) | more

    def run(self, *argv, check=True, **options):
        """`docker ARGV`; returns (exit code, stdout, stderr)."""
        return self._call(["docker", *argv], self.environment(), check, **options)

    def run_compose(self, *argv, check=True, environment, **options):
        return self._call([*self.compose, *argv], self.environment(**environment), check, **options)

    def _call(self, argv, environment, check, timeout=_BUILD_SECONDS):
        done = subprocess.run([str(word) for word in argv], env=environment, cwd=shell.ROOT,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=timeout, errors="replace")
        if check and done.returncode != 0:
            raise shell.CommandFailed(f"{' '.join(map(str, argv))}: exit code {done.returncode}\n"
                                      f"{done.stdout}{done.stderr}".rstrip())
        return done.returncode, done.stdout, done.stderr

    def _use_our_own(self):
        """One run at a time: another that ends would take the engine away."""
        if not shell.is_root():
            raise CannotRun("no engine answers, and starting one needs root")
        self.host = f"unix://{SOCKET}"
        CACHE.mkdir(parents=True, exist_ok=True)
        fcntl.flock(self.lock.enter_context(open(CACHE / "lock", "wb")), fcntl.LOCK_EX)
        if not _answers(self.host):
            self._start()
        self.is_ours = not KEPT.exists()  # also one that a killed run has left

    def _start(self):
        if not shutil.which("dockerd"):
            raise CannotRun("no engine answers, and there is no dockerd to start")
        for driver in _DRIVERS:
            said = _try_to_start(driver)
            if said is None:
                return
        raise CannotRun(f"an engine of our own does not work: {said}")


def _try_to_start(driver):
    """None when the engine works, else why not, on one line."""
    RUN.mkdir(mode=0o700, exist_ok=True)
    command = ["dockerd", f"--host=unix://{SOCKET}", f"--pidfile={PID_FILE}",
               f"--exec-root={RUN}/exec", f"--data-root={CACHE}/{driver or 'data'}",
               "--iptables=false", "--ip-masq=false", "--ip-forward=false", "--bridge=none"]
    if driver:
        command.append(f"--storage-driver={driver}")
    with open(LOG, "wb") as log:
        process = shell.spawn(command, stdout=log, outlive=True)
    end_at = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < end_at:
        if _answers(f"unix://{SOCKET}"):
            said = _try_a_container()
            break
        time.sleep(0.1)
    else:
        said = _last_line(LOG.read_text(errors="replace"))
    if said:
        shell.stop(process, seconds=30)
        _sweep()
    return said


def _try_a_container():
    """None when one can run on a network of its own, else why not. A static program will do."""
    program = pathlib.Path("/usr/bin/tini-static")  # comes with docker.io
    if not program.exists():
        return None
    name, docker = "pxed-check", ["docker", f"--host=unix://{SOCKET}"]
    archive = subprocess.run(["tar", "-C", program.parent, "-c", program.name],
                             capture_output=True, check=True).stdout
    try:
        for argv in (["import", "-", name], ["network", "create", name],
                     ["run", "--rm", "--network", name, name, f"/{program.name}", "--version"]):
            done = subprocess.run(docker + argv, input=archive, capture_output=True, timeout=60)
            if done.returncode != 0:
                return _last_line(done.stderr.decode(errors="replace"))
    finally:
        for argv in (["network", "rm", name], ["image", "rm", name]):
            subprocess.run(docker + argv, capture_output=True, timeout=60)
    return None


def _last_line(said):
    lines = said.strip().splitlines() or ["it says nothing"]
    return re.sub(r"^time=\S+ level=\w+ msg=", "", lines[-1])


def end():
    """Ends the engine that a run has started, that run or an earlier one; no other."""
    if not PID_FILE.exists():
        return
    pid = int(PID_FILE.read_text())
    if f"--pidfile={PID_FILE}" in _command_line(pid):
        os.kill(pid, signal.SIGTERM)
        shell.wait_until(lambda: not _command_line(pid), "the engine to end")
    _sweep()


def _command_line(pid):
    """The words of a running program; none when it has ended."""
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except FileNotFoundError:
        return []


def _sweep():
    """What the engine leaves in RUN: its log, and the network namespaces of containers, unmounted."""
    for line in pathlib.Path("/proc/self/mounts").read_text().splitlines():
        where = line.split()[1]
        if where.startswith(f"{RUN}/"):
            subprocess.run(["umount", where], check=False)
    shutil.rmtree(RUN, ignore_errors=True)
