"""docker-compose.yml, up and down: one project, its own socket directory and network.

    stack = Project(docker, "pxed", run_folder, net="10.99.0")
    code, said = stack.up()       # the client's verdict, and all that it said
    stack.down(volumes=False)     # no container and no network is left, its state is
"""

import json
import re

from lab import shell

FILE = shell.ROOT / "docker-compose.yml"
_UP_SECONDS = 600  # hang guards, for a busy computer
_VERDICT_SECONDS = 300
VM_SECONDS = 600  # without KVM a kernel takes a minute


class Project:
    def __init__(self, docker, name, run_folder, net):
        self.docker = docker
        self.name = name
        self.run_folder = run_folder
        self.net = net

    def compose(self, *argv, interface="eth0", **options):
        environment = {"COMPOSE_PROJECT_NAME": self.name, "PXED_RUN": str(self.run_folder),
                       "PXED_NET": self.net, "PXED_INTERFACE": interface}
        return self.docker.run_compose("--file", FILE, *argv, environment=environment, **options)

    def start(self, *services, **options):
        """(exit code, what compose said): an error when a service does not become healthy."""
        self.run_folder.mkdir(parents=True, exist_ok=True)
        code, out, err = self.compose("up", "-d", "--no-build", *services, check=False,
                                      timeout=_UP_SECONDS, **options)
        return code, out + err

    def up(self):
        """The client's exit code and words; where it did not come to run, what everybody said."""
        code, said = self.start()
        if code != 0:
            return code, said + self.logs()
        return self.verdict("client", _VERDICT_SECONDS)

    def verdict(self, service, seconds):
        code = int(self.docker.run("wait", self.container(service), timeout=seconds)[1])
        return code, self.logs("seed", service) if code == 0 else self.logs()

    def container(self, service):
        """Its id; compose of version 1 lists what has ended without being asked, version 2 not."""
        return self.compose("ps", "--all", "--quiet", service)[1].strip()

    def logs(self, *services):
        """What they said, without compose's own words; each line with its service's name."""
        return self.compose("logs", "--no-color", *services, check=False)[1]

    def exec(self, service, *argv):
        return self.compose("exec", "-T", service, *argv)[1]

    def state(self, service):
        """What the engine knows about a container: Running, ExitCode, Health."""
        return json.loads(self.docker.run("inspect", "--format", "{{json .State}}",
                                          self.container(service))[1])

    def down(self, volumes):
        self.compose("--profile", "qemu", "down", "--remove-orphans",
                     *(["--volumes"] if volumes else []), check=False)

    def left_over(self):
        """Containers and networks of this project that are there."""
        label = f"label=com.docker.compose.project={self.name}"
        containers = self.docker.run("ps", "--all", "--quiet", "--filter", label)[1]
        networks = self.docker.run("network", "ls", "--quiet", "--filter", label)[1]
        return (containers + networks).split()


def lines_of(service, logs):
    """Those of one service, without its name in front."""
    return re.findall(rf"^{service}(?:[-_]1)?\s+\| ?(.*)$", logs, re.MULTILINE)
