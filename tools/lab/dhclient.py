"""ISC's DHCP client, as tests run it."""

import os
import signal

from . import shell

DHCLIENT = shell.ROOT / "build/peers/isc-dhcp-client/sbin/dhclient"


def run(client, folder, *flags):
    """Until it is bound, or with `-r` until it has let go of its lease; returns its lease file.

    `folder` keeps what it remembers from one run to the next.
    """
    folder.mkdir(exist_ok=True)
    pid_file = folder / "pid"
    (folder / "conf").touch()
    (folder / "leases").touch()
    client.run(DHCLIENT, "-4", "-1", *flags, "-sf", "/bin/true", "-cf", folder / "conf",
               "-lf", folder / "leases", "-pf", pid_file, "eth0")
    if "-r" not in flags:
        _end(pid_file)
    return (folder / "leases").read_text()


def _end(pid_file):
    """It stays to renew its lease, and writes who it is when its parent may already be gone."""
    pid = shell.wait_until(lambda: pid_file.exists() and pid_file.read_text(),
                           "the pid file of dhclient")
    os.kill(int(pid), signal.SIGKILL)
    pid_file.unlink()
