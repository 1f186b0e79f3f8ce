# SPDX-License-Identifier: Apache-2.0
"""Which libraries a program of any architecture needs, and where in a system root they are."""
import re
import subprocess
from functools import cache
from pathlib import Path

LIBRARY_FOLDERS = {
    "X86-64": ("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu", "usr/local/lib"),
    "80386": ("lib32", "usr/lib32", "lib/i386-linux-gnu", "usr/lib/i386-linux-gnu"),
    "AArch64": ("lib/aarch64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/aarch64-linux-gnu/lib"),
}


def is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


@cache
def described(path: Path) -> tuple[str, str | None, tuple[str, ...]]:
    """Machine, interpreter, names of needed libraries."""
    text = subprocess.run(["readelf", "-hld", "-W", path], text=True, capture_output=True, check=True).stdout
    machine = re.search(r"Machine:.*?(X86-64|80386|AArch64)", text)
    interpreter = re.search(r"program interpreter: ([^\]]+)\]", text)
    needed = re.findall(r"\(NEEDED\).*\[([^\]]+)\]", text)
    return machine.group(1) if machine else "", interpreter and interpreter.group(1), tuple(needed)


def find(name: str, machine: str, roots: list[Path]) -> str:
    for root in roots:
        for folder in LIBRARY_FOLDERS.get(machine, ()):
            if (root / folder / name).exists():
                return f"/{folder}/{name}"
    raise RuntimeError(f"{name} ({machine}) is not in {', '.join(map(str, roots))}")


def locate(path: str, roots: list[Path]) -> Path:
    """The file behind an absolute path inside one of the roots."""
    for root in roots:
        file = root / path.strip("/")
        if file.exists():
            return file
    raise RuntimeError(f"{path} is not in {', '.join(map(str, roots))}")


def closure(programs: list[Path], roots: list[Path]) -> dict[str, Path]:
    """Path in the guest → file here, of all libraries and interpreters the programs need."""
    found: dict[str, Path] = {}
    todo = list(programs)
    while todo:
        machine, interpreter, needed = described(todo.pop().resolve())
        names = [find(name, machine, roots) for name in needed] + ([interpreter] if interpreter else [])
        for name in names:
            if name not in found:
                found[name] = locate(name, roots)
                todo.append(found[name])
    return found
