"""Holds the includes of every C++ file to the layer table, and pure code to its purity.

The table is that of docs/architecture.md. Only `*/main.cc`, `tests` and `bench` are free of it, and
nobody includes those. Prints `file:line: the rule broken`.
"""

import re

import sources

# folder: what it may include. A file belongs to the longest folder named here that holds it.
# `proto` is the generated code, pxe/v1/*.pb.h.
MAY_INCLUDE = {
    "base": "",
    "net": "base",
    "core": "base",
    "dhcp/wire": "base",
    "tftp/wire": "base",
    "boot": "base core",
    "store": "base core",
    "api": "base core proto",
    "server": "base core boot store api proto",
    "dhcp": "base core net dhcp/wire",
    "tftp": "base core net tftp/wire",
    "http": "base core net",
    "clients": "base api",
    "clients/control": "base core api proto clients",
    "clients/pxeadm": "base api proto clients",
    "clients/fleet": "base core api net proto clients dhcp/wire tftp/wire",
}

# headers of others (regular expression): the folders that may see them, and why only those.
SEEN_ONLY_IN = [
    (r"grpc(pp)?/|.*\.grpc\.pb\.h$", "api server clients", "gRPC is for api, server and clients"),
    (r"google/protobuf/", "api server clients", "protobuf is for api, server and clients"),
    (r"sqlite3\.h$", "store", "only store knows SQL"),
    (r"spdlog/", "server clients", "logging is for server and clients"),
    (r"CLI/|yaml-cpp/", "server clients", "flags and YAML are for server and clients"),
    (r"microhttpd\.h$", "http", "libmicrohttpd is for http"),
    (
        r"(sys|netinet|arpa|net|linux|netpacket)/\w+\.h$|(unistd|fcntl|poll)\.h$",
        "net dhcp tftp http store server clients",
        "pure code makes no system calls",
    ),
    (
        r"(fstream|iostream|thread|filesystem)$",
        "net dhcp tftp http store server clients",
        "pure code knows no files and no threads",
    ),
]

# code (regular expression) that is nowhere welcome but in the files matching the second one.
UNWELCOME = [
    (
        r"::now\(|\b(gettimeofday|clock_gettime|localtime)\(",
        r"base/clock\.h|(net|dhcp|tftp|http|store|server|clients|tests|bench)/",
        "time is an argument in pure code",
    ),
    (r"\b(clock|steady_clock|system_clock)::now\(", r"(?!(dhcp|tftp)/wire/)", "a codec has no clock"),
    (r"\binstance\(\)", None, "no singletons: main builds the world"),
    (
        r"^(static|inline|extern|thread_local)\s(?!.*\b(const|constexpr)\b)[^()]*[;={]",
        r"tests/",
        "no global variables",
    ),
    (r"\bGTEST_SKIP\b", None, "a test is run or it does not exist"),
    (r"^\s*using namespace\s", r"(tests|bench)/", "name what you use"),
]

UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')


def folder_of(path):
    """The longest folder of the table that holds the path; None for the world outside."""
    if path.startswith("pxe/v1/"):
        return "proto"
    holders = [folder for folder in MAY_INCLUDE if path.startswith(folder + "/")]
    return max(holders, key=len, default=None)


def wrong_include(file, quote, target):
    """What is wrong with this line of this file, or None."""
    if quote == '"' and "/" not in target:
        return f"write includes from the root: {target}"
    if file.startswith(("tests/", "bench/")):
        return None
    if target.startswith(("tests/", "bench/")):
        return f"nobody includes tests or bench: {target}"
    if file.endswith("/main.cc"):
        return None
    mine, theirs = folder_of(file), folder_of(target)
    if not mine:
        return None
    for pattern, places, why in SEEN_ONLY_IN:
        if re.match(pattern, target) and re.sub("^clients/.*", "clients", mine) not in places.split():
            return f"{why}: {target}"
    if theirs and mine != theirs and theirs not in MAY_INCLUDE[mine].split():
        return f"{mine} may not include {theirs}: {target}"
    return None


def complaints(file, text):
    code = sources.without_comments_and_strings(text).split("\n")
    for number, (line, bare) in enumerate(zip(text.split("\n"), code), 1):
        include = INCLUDE.match(line)
        if include:
            wrong = wrong_include(file, *include.groups())
            if wrong:
                yield f"{file}:{number}: {wrong}"
        if UNFINISHED.search(line):
            yield f"{file}:{number}: finish it or file it"
        for pattern, but_in, why in UNWELCOME:
            if re.search(pattern, bare) and not (but_in and re.match(but_in, file)):
                yield f"{file}:{number}: {why}"


def main():
    found = []
    for file, text in sources.files(sources.root_from_command_line(), {".cc", ".h"}):
        found.extend(complaints(file, text))
    sources.finish(found)


if __name__ == "__main__":
    main()
