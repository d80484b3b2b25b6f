"""The images of the dev stack: what is built already is put in, or all is built inside.

Where no registry answers, the base image is made of Debian's packages with debootstrap, once. How
this computer reaches those packages is handed to the build, and is in no image.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from lab import daemon, shell

REGISTRY_BASE = "debian:bookworm-slim"
OWN_BASE = "pxed-base:bookworm"
RUNTIME, CLIENT, VM = "pxed:dev", "pxed-client:dev", "pxed-vm:dev"
_TARGETS = {RUNTIME: "runtime", CLIENT: "client", VM: "vm"}
_PULL_SECONDS = 60
_DEBOOTSTRAP_SECONDS = 1200
# An image that is half written is thrown away, so nothing is synced; and nobody reads manuals in it.
_DPKG = "force-unsafe-io\n" + "".join(
    f"path-exclude /usr/share/{waste}/*\n" for waste in ("doc", "man", "locale", "info"))
_CERTIFICATES = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")


def build(docker, names, full, say):
    """Builds those of RUNTIME, CLIENT and VM that are named."""
    base = _base(docker, say)
    with tempfile.TemporaryDirectory(prefix="pxed-context-") as folder:
        context = pathlib.Path(folder)
        _fill(context, full)
        for name in names:
            say(f"building {name}" + (" from source" if full and name == RUNTIME else ""))
            docker.run("build", "--quiet", "--network=host", f"--build-arg=BASE={base}",
                       *_proxies(), "--file", context / "deploy/Dockerfile",
                       "--target", _TARGETS[name], "--tag", name, context)


def _base(docker, say):
    for name in (REGISTRY_BASE, OWN_BASE):
        if docker.run("image", "inspect", name, check=False)[0] == 0:
            return name
    try:
        if docker.run("pull", "--quiet", REGISTRY_BASE, check=False, timeout=_PULL_SECONDS)[0] == 0:
            return REGISTRY_BASE
    except subprocess.TimeoutExpired:
        pass  # as good as a registry that says no
    say("no registry answers: making a base image with debootstrap, once")
    _debootstrap(docker)
    return OWN_BASE


def _debootstrap(docker):
    with tempfile.TemporaryDirectory(prefix="pxed-base-") as folder:
        tree, archive = pathlib.Path(folder) / "tree", pathlib.Path(folder) / "base.tar"
        settings = tree / "etc/dpkg/dpkg.cfg.d/pxed-image"
        settings.parent.mkdir(parents=True)
        settings.write_text(_DPKG)
        shell.run("debootstrap", "--variant=minbase", "bookworm", tree, _mirror(),
                  timeout=_DEBOOTSTRAP_SECONDS)
        (tree / "etc/apt/sources.list").write_text("")  # each build is told this computer's
        for waste in ("var/cache/apt", "var/lib/apt/lists", "var/log"):
            for path in (tree / waste).glob("*"):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        for name in ("hostname", "resolv.conf"):  # this computer's
            (tree / "etc" / name).unlink(missing_ok=True)
        shell.run("tar", "-C", tree, "--numeric-owner", "-cf", archive, ".", timeout=300)
        docker.run("import", archive, OWN_BASE)


def _fill(context, full):
    """What the Dockerfile copies: our files, programs that are there already, apt's settings."""
    wanted = ("deploy", "tools/lab") if not full else ()
    _, listed, _ = shell.run("git", "-c", "safe.directory=*", "-C", shell.ROOT, "ls-files", "-z",
                             "--cached", "--others", "--exclude-standard", *wanted)
    for name in filter(None, listed.split("\0")):
        if not (shell.ROOT / name).is_file():
            continue  # removed, and not yet committed
        (context / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(shell.ROOT / name, context / name)
    if not full:
        (context / "bin").mkdir()
        for name in ("pxed", "pxeadm"):
            shutil.copy2(daemon.programs() / name, context / "bin" / name)
    _write_apt_settings(context / "apt")


def _write_apt_settings(folder):
    folder.mkdir()
    sources = _sources()
    settings = _apt_config()
    if sources:
        (folder / "sources.list").write_text("".join(f"deb {line}\n" for line in sources))
        settings += ['Dir::Etc::sourcelist "/image/sources.list";', 'Dir::Etc::sourceparts "-";']
    if _CERTIFICATES.exists():  # for mirrors behind https: the base image has none
        shutil.copy2(_CERTIFICATES, folder / "certificates.crt")
        settings.append('Acquire::https::CaInfo "/image/certificates.crt";')
    (folder / "apt.conf").write_text("\n".join(settings) + "\n")


def _sources():
    """Where this computer gets Debian 12 from: "URI SUITE COMPONENT", each once."""
    form = "$(CODENAME) $(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)"
    code, listed, _ = shell.run("apt-get", "indextargets", "--format", form,
                                "Created-By: Packages", check=False)
    found = re.findall(r"^bookworm\S* Debian (https?://\S+ \S+ \S+)$", listed, re.MULTILINE)
    return sorted(set(found)) if code == 0 else []


def _mirror():
    """The first of them, for debootstrap, which asks for one that has all of bookworm."""
    whole = [line.split()[0] for line in _sources() if line.split()[1] in ("bookworm", "oldstable")]
    if not whole:
        raise shell.CommandFailed("apt on this computer has no source of Debian 12 to debootstrap from")
    return whole[0]


def _apt_config():
    """The proxies of apt, as it would write them down."""
    code, dump, _ = shell.run("apt-config", "dump", check=False)
    lines = re.findall(r"^Acquire::https?::Proxy\S* .*;$", dump, re.MULTILINE)
    return lines if code == 0 else []


def _proxies():
    """Docker leaves these arguments out of the image."""
    names = ("http_proxy", "https_proxy", "no_proxy")
    return [f"--build-arg={name}={os.environ[name]}" for name in names if os.environ.get(name)]
