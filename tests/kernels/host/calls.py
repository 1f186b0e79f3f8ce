# SPDX-License-Identifier: Apache-2.0
"""What unrelated system calls cost, counted in instructions: an emulator is no clock, but it counts exactly."""
import json
from collections.abc import Iterator
from pathlib import Path

from . import image, machine, results
from .packages import Kernel

# The guest's clock advances one nanosecond an instruction, and at once to the next timer when it idles.
COUNTING = ("-icount", "shift=0,sleep=off")
WITHOUT = "without"

Measured = dict[str, dict[str, float]]  # "without" or the family → call → instructions


def job(families: list[str]) -> str:
    return "\n".join([f"call_cost {WITHOUT}", *(f"call_cost {family} {family}" for family in families)]) + "\n"


def measure(kernel: Kernel, build: image.Build, families: list[str], folder: Path) -> Measured:
    ports = machine.Ports(folder / "console", folder / "results", folder / "output")
    trouble = machine.boot(build.arch, kernel, image.initramfs(kernel, build, job(families)), ports, deadline=600,
                           extra=COUNTING)
    sent = results.files(ports.results)
    missing = [name for name in (WITHOUT, *families) if not sent.get(f"{name}.calls.json")]
    if trouble or missing:
        logs = "\n".join(sent.get(f"{name}.calls.log", "") for name in missing)
        raise RuntimeError(f"{kernel.name}: {trouble or 'no measurement of ' + ', '.join(missing)}\n{logs}\n"
                           + ports.console.read_text(errors="replace")[-2000:])
    return {name: json.loads(sent[f"{name}.calls.json"]) for name in (WITHOUT, *families)}


def table(release: str, measured: Measured) -> Iterator[str]:
    families = [name for name in measured if name != WITHOUT]
    yield f"{'instructions, ' + release:40}{WITHOUT:>10}" + "".join(f"{name:>22}" for name in families)
    for call, without in measured[WITHOUT].items():
        cells = (f"{measured[name][call]:.0f} ({measured[name][call] / without:.2f})" for name in families)
        yield f"{call:40}{without:>10.0f}" + "".join(f"{cell:>22}" for cell in cells)
