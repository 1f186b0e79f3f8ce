# SPDX-License-Identifier: Apache-2.0
"""A test of the real monitor as a command: as root, in a directory of its own, whose logs are shown when it fails."""
import argparse
import os
import subprocess
import tempfile
from pathlib import Path

SKIPPED = 77  # as CMakeLists.txt has it
TROUBLE = (OSError, LookupError, RuntimeError, TimeoutError, ValueError, subprocess.SubprocessError)


def resolved(path):
    return Path(path).resolve()


def options(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--vedette", type=resolved, required=True, help="the monitor")
    parser.add_argument("--actor", type=resolved, required=True, help="the program of tests/actors")
    return parser


def failures_of(test, directory, chosen):
    try:
        return test(directory, chosen)
    except TROUBLE as error:
        return [f"{type(error).__name__}: {error}"]


def run(test, chosen):
    """The exit status; `test` takes a directory and the options, and answers with what failed."""
    if os.geteuid() != 0:
        print("needs root, to load the monitor's probes")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="vedette-test-") as name:
        failures = failures_of(test, Path(name), chosen)
        for failure in failures:
            print(failure)
        for log in sorted(Path(name).glob("*.log")) if failures else ():
            print(f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}")
    return 1 if failures else 0
