"""Adds up the results that a run of ./dev test has left: count.py FOLDER [FAILED STAGE...].

Its last line is the count. Reads the JSON of GoogleTest programs and of tools/lab/run_tests.py. A kind of tests that ran none is a
failure: a test that is not run is not a test.
"""

import json
import pathlib
import sys


def count(path):
    """(passed, failed) of one result file; a skipped or disabled test has not passed."""
    result = json.loads(path.read_text())
    failed = result["failures"] + result.get("errors", 0)
    return result["tests"] - failed - result.get("disabled", 0), failed


def main():
    folder = pathlib.Path(sys.argv[1])
    files = sorted(folder.rglob("*.json"))
    passed = failed = 0
    for path in files:
        good, bad = count(path)
        if good + bad == 0:
            print(f"{path.relative_to(folder)}: no test ran")
            bad = 1
        passed, failed = passed + good, failed + bad
    if not files:
        print("no test ran")
        failed = 1
    if not failed:  # a stage that failed without a failing test: a build, a program that crashed
        failed = len(sys.argv) - 2
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
