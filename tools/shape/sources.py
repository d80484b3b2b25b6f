"""The files that the shape checks look at, and how they complain."""

import pathlib
import re
import sys

_ROOT = pathlib.Path(__file__).resolve().parents[2]


def root_from_command_line():
    return pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else _ROOT)


def files(root, suffixes):
    """(path from the root as text, contents) of every source file; build trees are left out."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix in suffixes and not re.match(r"(.*/)?(build|\.git)/", name):
            yield name, path.read_text(errors="replace")


def without_comments_and_strings(text):
    """C++ with comments gone and literals empty; every line keeps its number."""

    def blank(match):
        found = match.group(0)
        lines = "\n" * found.count("\n")
        return lines if found.startswith("/") else '""' + lines

    literal = r'R"([^(\s"]*)\(.*?\)\1"' + r'|"(?:\\.|[^"\\\n])*"' + r"|(?<![0-9a-zA-Z_])'(?:\\.|[^'\\\n])+'"
    return re.sub(rf"//[^\n]*|/\*.*?\*/|{literal}", blank, text, flags=re.DOTALL)


def finish(complaints):
    """Prints what is wrong; ends the program with 1 when there is anything."""
    for complaint in complaints:
        print(complaint)
    sys.exit(1 if complaints else 0)
