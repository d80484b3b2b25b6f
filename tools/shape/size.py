"""Files and functions stay small enough to be read: 400 lines a file, 600 a test, 60 a function.

Functions are found by counting braces, which is rough but does not cry wolf: what is not plainly a
function (a class, a table, a namespace) is not measured. Prints `file:line: the rule broken`.
"""

import re

import sources

MAX_FILE = 400
MAX_TEST_FILE = 600
MAX_FUNCTION = 60

SUFFIXES = {".cc", ".h", ".py", ".sh", ".sql", ".proto"}
CONTAINER = re.compile(r'^(?:template\s*<.*>\s*)?(?:inline\s+)?(namespace|class|struct|enum|union|extern\s*"")')


def functions(text):
    """(name, first line, lines) of each function with a body."""
    head, start, number = "", 1, 1
    open_braces = []  # what each open brace is: a container, a function, or something else
    for piece in re.findall(r"\n|[{};]|[^\n{};]+", text):
        if piece == "\n":
            number += 1
            head += " "
        elif piece == "{":
            open_braces.append((_kind(head.strip(), open_braces), start, _name(head)))
            head = ""
        elif piece == "}":
            kind, first, name = open_braces.pop() if open_braces else ("other", 0, "")
            if kind == "function":
                yield name, first, number - first + 1
            head = ""
        elif piece == ";":
            head = ""
        else:
            if not head.strip() and piece.strip():
                start = number
            head += piece if not piece.lstrip().startswith("#") else ""
    return


def _kind(head, open_braces):
    if any(kind != "container" for kind, _, _ in open_braces):
        return "inner"
    if CONTAINER.match(head):
        return "container"
    outside_parentheses = head
    while re.search(r"\([^()]*\)", outside_parentheses):
        outside_parentheses = re.sub(r"\([^()]*\)", "@", outside_parentheses)
    is_table = "=" in outside_parentheses and "operator" not in outside_parentheses
    return "function" if "@" in outside_parentheses and not is_table else "other"


def _name(head):
    match = re.search(r"([\w:~]+)\s*\(", head)
    return match.group(1) if match else ""


def complaints(file, text):
    limit = MAX_TEST_FILE if file.startswith("tests/") else MAX_FILE
    lines = text.count("\n")
    if lines > limit:
        yield f"{file}:{limit + 1}: a file of {lines} lines; the limit is {limit}"
    if file.endswith((".cc", ".h")):
        for name, first, length in functions(sources.without_comments_and_strings(text)):
            if length > MAX_FUNCTION:
                yield f"{file}:{first}: {name} has {length} lines; the limit is {MAX_FUNCTION}"


def main():
    found = []
    for file, text in sources.files(sources.root_from_command_line(), SUFFIXES):
        found.extend(complaints(file, text))
    sources.finish(found)


if __name__ == "__main__":
    main()
