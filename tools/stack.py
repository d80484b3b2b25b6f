"""./dev stack: docker-compose.yml on a computer with nothing but Debian, and nothing left of it.

Ends with what the client says: its lease, loader and config, and 0 if each is what the seed asked
for. State is kept for the next run. --keep leaves the stack up, --end ends that; --full builds
pxed inside the images; --fresh forgets the state; --qemu boots a virtual machine as well. --check
only says whether an engine can run.
"""

import argparse
import pathlib
import signal
import sys
import time

sys.dont_write_bytecode = True  # we run as root in the user's tree
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from devstack import engine, images, project  # noqa: E402
from lab import daemon, shell  # noqa: E402

NAME = "pxed"
NET = "10.99.0"
RUN = shell.ROOT / "build/stack/run"
BEGAN = time.monotonic()


def say(what):
    print(f"stack: {time.monotonic() - BEGAN:5.1f} s  {what}", flush=True)


def show(logs, service):
    print(f"\n-- {service}")
    print("\n".join(project.lines_of(service, logs)), flush=True)


def bring_up(docker, stack, options):
    """The exit code of the last verdict."""
    names = [images.RUNTIME, images.CLIENT] + ([images.VM] if options.qemu else [])
    images.build(docker, names, options.full, say)
    if options.fresh:
        stack.down(volumes=True)
    say("docker-compose up")
    code, said = stack.up()
    if code == 0:
        for service in ("seed", "client"):
            show(said, service)
    else:
        print(said)
    if code == 0 and options.qemu:
        code = boot_machine(stack)
    return code


def boot_machine(stack):
    say("a virtual machine is switched on")
    stack.compose("--profile", "qemu", "up", "-d", "--no-build", "vm")
    code, said = stack.verdict("vm", project.VM_SECONDS)
    show(said, "vm")
    return code


def how_to_use(docker):
    host = f"DOCKER_HOST={docker.host} " if docker.host else ""
    compose = f"{host}COMPOSE_PROJECT_NAME={NAME} {' '.join(docker.compose)}"
    print(f"""
The stack is up. As root, try

  export PXEADM_SERVER=unix:{RUN}/pxed.sock
  {daemon.programs()}/pxeadm lease list
  {daemon.programs()}/pxeadm explain --mac 52:54:00:99:00:01
  {compose} exec control pxeadm host list
  {compose} logs dataplane
  {compose} up --no-build client                # boots it again

  ./dev stack --end                     # ends it; what pxed knows is kept
""")


def end(stack, docker):
    stack.down(volumes=False)
    if docker.host == f"unix://{engine.SOCKET}":
        engine.end()
    say("the stack is down; what pxed knows is kept")
    return 0


def run(docker, options):
    stack = project.Project(docker, NAME, RUN, NET)
    if options.end:
        return end(stack, docker)
    if stack.left_over():
        if not docker.is_ours:
            say("a stack is up already; ./dev stack --end ends it")
            return 1
        stack.down(volumes=False)  # of a run that was killed
    try:
        code = bring_up(docker, stack, options)
    except BaseException:
        stack.down(volumes=False)
        raise
    if options.keep and code == 0:
        docker.keep()
        how_to_use(docker)
        return 0
    stack.down(volumes=False)
    say("the stack is down; what pxed knows is kept")
    return code


def main():
    parser = argparse.ArgumentParser(prog="./dev stack")
    for flag in ("--keep", "--end", "--full", "--fresh", "--qemu", "--check"):
        parser.add_argument(flag, action="store_true")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a script's background job ignores it
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with engine.Engine() as docker:
            code = 0 if options.check else run(docker, options)
    except engine.CannotRun as error:
        sys.exit(f"no engine: {error}")
    except shell.CommandFailed as error:
        sys.exit(f"stack: {error}")
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
