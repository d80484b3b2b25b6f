"""clang-tidy over our own .cc files: tidy.py BUILD_FOLDER.

A file that passed is not looked at again until it, a header of ours that it includes, its compile
command, the checks or clang-tidy itself have changed. What passed is remembered per user, as ccache
does, so that one clone's work serves the next.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "pxed-tidy"
TIDY = "clang-tidy-14"
OURS = re.compile(r"^(base|net|core|boot|dhcp|tftp|http|store|api|server|clients)/.*\.cc$")
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def with_our_headers(file, seen):
    """All files of ours that this one is made of. Generated headers stand for their .proto."""
    if file in seen:
        return
    path = ROOT / file
    if file.startswith("pxe/v1/"):
        path = ROOT / "proto" / re.sub(r"(\.grpc)?\.pb\.h$", ".proto", file)
    if not path.is_file():
        return  # a header of a package
    seen[file] = path.read_bytes()
    for target in INCLUDE.findall(seen[file].decode(errors="replace")):
        with_our_headers(target, seen)


def key_of(entry, file, common):
    command = entry["command"].replace(str(ROOT), ".")
    digest = hashlib.sha256(common + command.encode())
    parts = {}
    with_our_headers(file, parts)
    for name in sorted(parts):
        digest.update(name.encode() + b"\0" + hashlib.sha256(parts[name]).digest())
    return digest.hexdigest()


def look_at(file, folder, mark):
    """Runs clang-tidy; returns what it complains about, or None."""
    done = subprocess.run(
        [TIDY, "-p", folder, "--quiet", "--extra-arg=-Wno-unknown-warning-option", file],
        cwd=ROOT, capture_output=True, text=True,
    )
    if done.returncode != 0:
        return done.stdout + done.stderr
    mark.touch()
    return None


def main():
    folder = sys.argv[1]
    CACHE.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    common = version + (ROOT / ".clang-tidy").read_bytes()
    entries = {}
    for entry in json.loads((ROOT / folder / "compile_commands.json").read_text()):
        file = os.path.relpath(os.path.join(entry["directory"], entry["file"]), ROOT)
        if OURS.match(file):
            entries[file] = entry
    if not entries:
        sys.exit(f"{folder}/compile_commands.json names no file of ours")
    marks = {file: CACHE / key_of(entry, file, common) for file, entry in entries.items()}
    todo = [file for file in sorted(entries) if not marks[file].exists()]
    print(f"clang-tidy: {len(todo)} of {len(entries)} files to look at", flush=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [said for said in pool.map(lambda f: look_at(f, folder, marks[f]), todo) if said]
    print("\n".join(found), end="")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
