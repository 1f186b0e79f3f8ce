# SPDX-License-Identifier: Apache-2.0
"""What is under test: the program and the packages scripts/package has built."""
import functools
import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = ROOT / "build/release/vedette"
UNIT = ROOT / "packaging/vedette.service"


def output(*words: str | Path, **more) -> str:
    done = subprocess.run(words, text=True, capture_output=True, stdin=subprocess.DEVNULL, **more)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def newest(pattern: str) -> Path:
    found = sorted((ROOT / "build").glob(pattern), key=lambda path: path.stat().st_mtime)
    if not found:
        raise AssertionError(f"there is no build/{pattern}: scripts/package makes it")
    return found[-1]


@functools.cache
def package() -> Path:
    return newest("vedette_*_amd64.deb")


@functools.cache
def unpacked() -> tempfile.TemporaryDirectory:
    """The package and, in tarball/, the tarball."""
    folder = tempfile.TemporaryDirectory(prefix="vedette-packages-")
    output("dpkg-deb", "--extract", package(), folder.name)
    target = Path(folder.name) / "tarball"
    target.mkdir()
    output("tar", "-xf", newest("vedette-*-linux-amd64.tar.gz"), "-C", target, "--strip-components=1")
    return folder


def installed(path: str) -> Path:
    return Path(unpacked().name) / path


@functools.cache
def help_of(*command: str) -> str:
    return output(PROGRAM, *command, "--help")


def commands() -> list[str]:
    return re.findall(r"^  ([a-z]+) ", help_of().partition("Subcommands:")[2], re.MULTILINE)


def options(*command: str) -> set[str]:
    return set(re.findall(r"--[a-z][a-z-]*", help_of(*command).partition("Options:")[2]))
