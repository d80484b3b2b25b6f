"""Runs the test_*.py of one folder, in order of name: run_tests.py FOLDER [--result FILE] [-k PATTERN].

One line per test with its seconds; the counts go to FILE as JSON. Skipping is failing.
"""

import argparse
import json
import pathlib
import sys
import time
import unittest

sys.dont_write_bytecode = True  # we run as root in the user's tree
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))


class LineResult(unittest.TestResult):
    """Says how each test ended, as soon as it has."""

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def _say(self, test, outcome, details=""):
        seconds = time.monotonic() - getattr(self, "began", time.monotonic())
        print(f"{outcome:5} {seconds:6.1f} s  {test}", flush=True)
        if details:
            print(details, flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self._say(test, "ok")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._say(test, "FAIL", self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self._say(test, "ERROR", self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self._say(subtest, "FAIL", self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.errors.append((test, f"skipped: {reason}"))
        self._say(test, "SKIP", reason)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--result")
    parser.add_argument("-k", dest="pattern", action="append")
    options = parser.parse_args()
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{pattern}*" for pattern in options.pattern or []] or None
    suite = loader.discover(options.folder, top_level_dir=options.folder)
    result = LineResult()
    suite.run(result)
    bad = len(result.failures) + len(result.errors)
    # An error in setUpClass or in loading has no test of its own: it counts as one that failed.
    counts = {"tests": max(result.testsRun, bad), "failures": bad}
    if options.result:
        pathlib.Path(options.result).write_text(json.dumps(counts))
    print(f"{options.folder}: {counts['tests'] - bad} passed, {bad} failed")
    sys.exit(0 if counts["tests"] and not bad else 1)


if __name__ == "__main__":
    main()
