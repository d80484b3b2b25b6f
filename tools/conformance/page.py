"""docs/conformance-dhcp.md and -tftp.md, from the lists of rules beside and the names of all tests.

    page.py           writes the pages
    page.py --check   says whether they are current
    page.py --check ROOT     ... of another tree

A test carries the numbers of the rules that it proves: `TEST(Reply, C24_C44_FollowsTheOrder)`, a row
`Row{"M1_Empty", ...}` of a table, `def test_C6_no_arp(self)`.
"""

import pathlib
import re
import sys

_NUMBER = r"(?:Rule\d+|[ACFLMNPQT]\d+)"
_NUMBERED = rf"(?:[a-h]_)?{_NUMBER}(?:_{_NUMBER})*"
_TEST = re.compile(rf"\bTEST(?:_F|_P)?\(\s*(\w+),\s*({_NUMBERED}_\w+)\s*\)")
_ROW = re.compile(rf"\"({_NUMBERED}_\w+)\"")
_SUITE = re.compile(rf"INSTANTIATE_TEST_SUITE_P\(\s*({_NUMBERED})\b")
_METHOD = re.compile(rf"def (test_{_NUMBERED}_\w+)\(")
_HEAD = """# Conformance of {protocol}

Which test proves which rule. Rules that come from real clients have numbers, one name for the rule in code, test and bug report; a test
carries the numbers of the rules that it proves. This page is made from the tests' names by `tools/conformance/page.py`; `./dev lint`
checks that it is current, `./dev test` that the tests pass.

"""
_PAGES = (("DHCP", "docs/conformance-dhcp.md", "rules.txt"),
          ("TFTP", "docs/conformance-tftp.md", "rules-tftp.txt"))


def numbers_of(name):
    """C24 and C44 of C24_C44_FollowsTheOrder."""
    leading = re.match(rf"(?:test_)?({_NUMBERED})", name).group(1)
    return re.findall(_NUMBER, leading)


def tests_of(text, suffix):
    """The names of the numbered tests in a file."""
    if suffix == ".py":
        return _METHOD.findall(text)
    tests = [f"{suite}.{name}" for suite, name in _TEST.findall(text)]
    return tests + _ROW.findall(text) + _SUITE.findall(text)


def proofs(root):
    """The tests by number: lists of "`name`, file"."""
    found = {}
    for path in sorted((root / "tests").rglob("*")):
        if not re.search(r"_test\.cc$|(^|/)test_\w+\.py$", path.as_posix()):
            continue
        for test in tests_of(path.read_text(), path.suffix):
            for number in numbers_of(test.split(".")[-1]):
                where = path.relative_to(root).as_posix()
                found.setdefault(number, {}).setdefault(where, []).append(test)
    return found


def cell(tests):
    """The third column: file by file, each with its tests."""
    return "<br>".join(f"{where}: " + ", ".join(f"`{name}`" for name in dict.fromkeys(names))
                       for where, names in tests.items())


def page(protocol, rules_file, found):
    lines, lacking, total = [], 0, 0
    text = pathlib.Path(__file__).with_name(rules_file).read_text()
    rules = [line for line in text.splitlines() if line and not line.startswith("#")]
    for at, line in enumerate(rules):
        if line.startswith("why: "):
            continue
        if line.startswith("== "):
            lines += ["", f"## {line[3:]}", "", "| rule | says | proven by |", "| --- | --- | --- |"]
            continue
        number, says = line.split(" ", 1)
        after = rules[at + 1] if at + 1 < len(rules) else ""
        why = after[5:] if after.startswith("why: ") else "no test names it yet"
        total += 1
        lacking += number not in found
        lines.append(f"| {number} | {says} | {cell(found[number]) if number in found else f'*{why}*'} |")
    return _HEAD.format(protocol=protocol) + f"{total} rules, {total - lacking} with a test, {lacking} without.\n" + \
        "\n".join(lines) + "\n"


def main():
    arguments = sys.argv[1:]
    check = "--check" in arguments
    roots = [argument for argument in arguments if argument != "--check"]
    root = pathlib.Path(roots[0]) if roots else pathlib.Path(__file__).resolve().parents[2]
    found = proofs(root)
    for protocol, name, rules_file in _PAGES:
        text = page(protocol, rules_file, found)
        path = root / name
        if not check:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            print(f"{name}: not what tools/conformance/page.py makes of the tests; run it")
            sys.exit(1)


if __name__ == "__main__":
    main()
