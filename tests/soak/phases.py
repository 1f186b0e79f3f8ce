# SPDX-License-Identifier: Apache-2.0
"""What is done to the monitor, one after another, while a server is read again and again."""
import subprocess
import time
from pathlib import Path

import receivers
from load import Server, Steady
from monitor import Monitor, eventually

PROCESSES, CONNECTIONS, ALERTS = 5_000, 20_000, 1_000  # per second
SOME_ALERTS = 100  # per second, while one thing at a time fails
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
HOUR = 3600
DRAINED = 300  # seconds in which everything has to have arrived once all works
CALM = 60  # seconds until memory has to be flat
FLAT = 1.05  # as many times more, at most


class Soak:
    def __init__(self, monitor: Monitor, actor: Path, victim: Server, faulty: dict[int, receivers.Receiver],
                 disk: Path, counted):
        self.monitor, self.actor, self.victim, self.faulty = monitor, actor, victim, faulty
        self.disk, self.counted = disk, counted
        self.attacks = 0
        self.notes: list[list[str]] = []
        self.trouble: list[str] = []

    def attack(self, per_second: int) -> Steady:
        return Steady(self.actor, "environ", per_second, self.victim.pid)

    def during(self, what: str, seconds: float, fault, mend) -> None:
        """Attacks go on before the fault, in it and after it."""
        attack = self.attack(SOME_ALERTS)
        time.sleep(1)
        fault()
        time.sleep(seconds)
        mend()
        time.sleep(1)
        self.attacks += attack.stop()
        self.note(what, f"{attack.done} attacks")

    def note(self, what: str, text: str) -> None:
        self.notes.append([what, text])
        print(f"{what}: {text}", flush=True)

    def drain(self) -> None:
        def drained() -> bool:
            samples = self.monitor.metrics()
            return samples[("vedette_output_queue_length", "")] == 0
        eventually("all outputs have all alerts", drained, DRAINED)

    # Phases

    def load(self, seconds: int) -> None:
        """The full load; half of the time four receivers fail, each in its way."""
        load = [Steady(self.actor, "fork", PROCESSES), Steady(self.actor, "connect", CONNECTIONS), self.attack(ALERTS)]
        begin, cpu, resident = time.monotonic(), self.monitor.cpu(), []
        while (passed := time.monotonic() - begin) < seconds:
            if passed > seconds / 2:
                self.mend()
            resident.append((passed, self.monitor.resident()))
            time.sleep(1)
        cpu = (self.monitor.cpu() - cpu) / (time.monotonic() - begin)
        self.attacks += [one.stop() for one in load][-1]
        for one in load:
            self.note(f"load, {one.kind}", f"{one.per_second:.0f} of {one.wanted} a second")
        self.note("load, the monitor", f"{cpu:.0%} of a core")
        self.judge_memory(resident)

    def mend(self) -> None:
        for receiver in self.faulty.values():
            receiver.become(receivers.WORKS)

    def judge_memory(self, samples: list[tuple[float, int]]) -> None:
        """The first after a minute against the last, ten seconds each."""
        calm = [size for passed, size in samples if passed >= CALM] or [size for _, size in samples]
        first, last = max(calm[:10]), max(calm[-10:])
        text = f"{first / 2**20:.1f} MiB after a minute, {last / 2**20:.1f} at the end, {max(calm) / 2**20:.1f} at most"
        self.note("load, resident memory", text)
        if last > first * FLAT:
            self.trouble.append(f"memory grows: {text}")

    def stand_still(self) -> None:
        self.during("SIGSTOP", 10, self.monitor.freeze, self.monitor.thaw)

    def run_out_of_files(self) -> None:
        self.during("no descriptors left", 10, lambda: self.monitor.limit_files(self.monitor.open_files()),
                    lambda: self.monitor.limit_files(None))

    def fill_the_disk(self) -> None:
        filler = self.disk / "filler"

        def fill() -> None:
            with filler.open("wb", buffering=0) as file:
                try:
                    while True:
                        file.write(bytes(1 << 16))
                except OSError:
                    pass
        self.during("disk full", 10, fill, filler.unlink)

    def remount(self, options: str) -> None:
        """Here, and for a monitor that has mounts of its own."""
        command = ["mount", "-o", f"remount,{options}", self.disk]
        subprocess.run(command, check=True)
        if self.monitor.running():
            subprocess.run(["nsenter", "--mount", "--target", str(self.monitor.pid), *command], check=True)

    def begin_on_a_read_only_disk(self) -> None:
        """After kill -9. While it runs the kernel refuses to take the disk from it."""
        self.drain()
        self.counted.add(self.monitor.metrics())
        self.monitor.kill()
        self.remount("ro")
        self.monitor.start()
        self.during("kill -9, then a read-only disk", 10, lambda: None, lambda: self.remount("rw"))

    def set_the_clock(self, clock: Path, seconds: int) -> None:
        """Replaced, not written: it is read at any time."""
        new = clock.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.rename(clock)

    def let_the_clock_jump(self) -> None:
        if not FAKETIME.exists():
            self.note("clock jumps", "SKIPPED: libfaketime is not installed")
            return
        clock = self.disk.parent / "clock"
        self.set_the_clock(clock, 0)
        self.drain()
        self.counted.add(self.monitor.metrics())
        self.monitor.stop()
        self.monitor.start({"LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(clock),
                            "FAKETIME_CACHE_DURATION": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                            "NO_FAKE_STAT": "1"})
        for jump in (HOUR, -HOUR):
            self.during(f"clock {jump / HOUR:+.0f} h", 5, lambda: self.set_the_clock(clock, jump),
                        lambda: self.set_the_clock(clock, 0))

    def everything(self, seconds: int) -> None:
        self.load(seconds)
        self.drain()
        self.stand_still()
        self.run_out_of_files()
        self.fill_the_disk()
        self.begin_on_a_read_only_disk()
        self.let_the_clock_jump()
        self.drain()
        self.counted.add(self.monitor.metrics())
        status = self.monitor.stop()
        if status != 0:
            self.trouble.append(f"the monitor ended with {status}")

