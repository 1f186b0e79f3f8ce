# SPDX-License-Identifier: Apache-2.0
"""What the machine is busy with: processes and connections nobody asked about, and reads of a server's environment."""
import json
import shutil
import signal
import subprocess
from pathlib import Path


class Steady:
    """One actor at a steady rate until it is stopped."""

    def __init__(self, actor: Path, kind: str, per_second: int, *arguments: str):
        self.kind, self.wanted = kind, per_second
        self._process = subprocess.Popen([actor, "rate", kind, str(per_second), *arguments], text=True,
                                         stdout=subprocess.PIPE)
        self.done, self.per_second = 0, 0.0

    def stop(self) -> int:
        """How often it was done."""
        self._process.send_signal(signal.SIGTERM)
        told = json.loads(self._process.communicate()[0])
        self.done, self.per_second = told["done"], told["done"] / (told["elapsed_ns"] / 1e9)
        return self.done


class Server:
    """A process that the configuration declares as the server `victim`."""

    def __init__(self, actor: Path, folder: Path):
        program = folder / "victim"
        shutil.copy(actor, program)
        self._process = subprocess.Popen([program, "sleeper"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         env={"SOAK_KEY": "not a secret"})
        self._process.stdout.readline()
        self.pid = str(self._process.pid)

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()
