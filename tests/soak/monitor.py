# SPDX-License-Identifier: Apache-2.0
"""The monitor under test: started, asked for its metrics, hurt and ended."""
import os
import re
import resource
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

SAMPLE = re.compile(r'^([a-z_]+)(?:\{(.*)\})? (\S+)$', re.M)
Samples = dict[tuple[str, str], float]


def eventually(what: str, condition, seconds: float):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise RuntimeError(f"not within {seconds} s: {what}")
        time.sleep(0.1)
    return value


class Monitor:
    def __init__(self, program: Path, config: Path, folder: Path, port: int):
        self.program, self.config, self.folder, self.port = program, config, folder, port
        self.log = folder / "monitor.log"
        self._process: subprocess.Popen | None = None

    @property
    def pid(self) -> int:
        return self._process.pid

    def start(self, environment: dict[str, str] | None = None) -> None:
        begin = self.log.stat().st_size if self.log.exists() else 0
        command = [self.program, "run", "--json", "--config", self.config]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log,
                                             env=os.environ | (environment or {}))

        def ready() -> bool:
            if self._process.poll() is not None:
                raise RuntimeError(f"the monitor ended:\n{self.log.read_text()[-2000:]}")
            return "\nready\n" in "\n" + self.log.read_text()[begin:]
        eventually("the monitor is ready", ready, 60)

    def metrics(self) -> Samples:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=60) as answer:
            text = answer.read().decode()
        return {(name, labels): float(value) for name, labels, value in SAMPLE.findall(text)}

    def resident(self) -> int:
        """Bytes."""
        pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        return int(pages) * resource.getpagesize()

    def cpu(self) -> float:
        """Seconds."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def open_files(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def limit_files(self, most: int | None) -> None:
        """None: as many as before."""
        _, hard = resource.prlimit(self.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (hard if most is None else most, hard))

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        self._process.terminate()
        return self._process.wait(30)

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None
