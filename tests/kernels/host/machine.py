# SPDX-License-Identifier: Apache-2.0
"""One guest: a kernel under QEMU's emulation, without the host's help (no KVM)."""
import ctypes
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .packages import Kernel

PR_SET_PDEATHSIG = 1
MEMORY = "2G"


@dataclass(frozen=True)
class Emulator:
    program: str
    machine: tuple[str, ...]
    console: str


# cx16=off: with cmpxchg16b, Linux 6.12 dies at random in QEMU 7.2.
EMULATORS = {
    "amd64": Emulator("qemu-system-x86_64", ("-machine", "q35", "-cpu", "qemu64,cx16=off"), "ttyS0"),
    "arm64": Emulator("qemu-system-aarch64", ("-machine", "virt", "-cpu", "max,pauth-impdef=on,lpa2=off"), "ttyAMA0"),
}


@dataclass(frozen=True)
class Ports:
    """Where the host keeps what the guest says."""
    console: Path | None  # None: the terminal
    results: Path
    output: Path


def character_device(name: str, target: Path | None) -> str:
    return f"stdio,id={name},mux=on,signal=off" if target is None else f"file,id={name},path={target}"


def command(arch: str, kernel: Kernel, initramfs: Path, ports: Ports, cpus: int, extra: tuple[str, ...]) -> list[str]:
    emulator = EMULATORS[arch]
    # Mitigations and string instructions (rep_good, bit 112) show nothing here and are slow when emulated.
    append = f"console={emulator.console} rdinit=/init panic=-1 mitigations=off clearcpuid=112 loglevel=4"
    words = [emulator.program, *emulator.machine, "-accel", "tcg", "-smp", str(cpus), "-m", MEMORY, "-nodefaults",
             "-no-user-config", "-display", "none", "-no-reboot", "-kernel", str(kernel.image), "-initrd",
             str(initramfs), "-append", append, "-device", "virtio-serial-pci"]
    for number, (name, target) in enumerate((("console", ports.console), ("results", ports.results),
                                             ("output", ports.output))):
        words += ["-chardev", character_device(name, target)]
        words += ["-serial", "chardev:console"] if number == 0 else [
            "-device", f"virtserialport,chardev={name},name={name},nr={number}"]
    return [*words, *extra]


_running: list[subprocess.Popen] = []
_stopping = threading.Event()


def stop_all() -> None:
    """Ends all guests, and lets none begin."""
    _stopping.set()
    for process in list(_running):
        process.kill()


def die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@contextmanager
def temporary(content: bytes) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(prefix="vedette-initramfs-") as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


def boot(arch: str, kernel: Kernel, initramfs: bytes, ports: Ports, *, cpus: int = 1, deadline: float | None = None,
         extra: tuple[str, ...] = ()) -> str:
    """Runs the guest to its end. "" or what went wrong."""
    with temporary(initramfs) as file:
        words = command(arch, kernel, file, ports, cpus, extra)
        stdin = None if ports.console is None else subprocess.DEVNULL
        with subprocess.Popen(words, stdin=stdin, preexec_fn=die_with_parent) as process:
            _running.append(process)
            status = wait(process, deadline)
    if status is None:
        return f"did not end within {deadline:.0f} s"
    return "" if status == 0 else f"{words[0]} ended with {status}"


def wait(process: subprocess.Popen, deadline: float | None) -> int | None:
    """Its status; None when the time was over first. It has ended in any case."""
    try:
        return process.wait(0 if _stopping.is_set() else deadline)
    except subprocess.TimeoutExpired:
        return None
    finally:
        process.kill()
        _running.remove(process)
