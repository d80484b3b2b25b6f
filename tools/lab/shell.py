"""Running other programs: fail loudly, never outlive us."""

import ctypes
import os
import pathlib
import shlex
import signal
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class CommandFailed(RuntimeError):
    """A program ended with an error; the message holds the command and all it said."""


def _die_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def run(*argv, check=True, timeout=60, stdin=None):
    """Runs a program to its end and returns (exit code, stdout, stderr)."""
    argv = [str(arg) for arg in argv]
    done = subprocess.run(
        argv, input=stdin, capture_output=True, text=True, timeout=timeout, errors="replace"
    )
    if check and done.returncode != 0:
        raise CommandFailed(
            f"{shlex.join(argv)}: exit code {done.returncode}\n{done.stdout}{done.stderr}".rstrip()
        )
    return done.returncode, done.stdout, done.stderr


def spawn(argv, *, stdout, stderr=subprocess.STDOUT, outlive=False):
    """Starts a program; it is killed when we die, however we die, unless it is to `outlive` us.

    Ctrl-C does not reach it: who started it ends it, in the right order.
    """
    return subprocess.Popen(
        [str(arg) for arg in argv],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        preexec_fn=None if outlive else _die_with_parent,
        start_new_session=True,
    )


def stop(process, seconds=10):
    """SIGTERM, then SIGKILL for one that does not listen. Returns the exit code."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


def wait_until(condition, what, seconds=30.0):
    """Polls until `condition()` is true and returns its value. The time is only a hang guard."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.02)


def is_root():
    return os.geteuid() == 0
