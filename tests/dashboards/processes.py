# SPDX-License-Identifier: Apache-2.0
"""Children of the test. Every wait has a deadline; on a slow machine $VEDETTE_TIME_SCALE multiplies them all."""
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

SCALE = float(os.environ.get("VEDETTE_TIME_SCALE", "1"))


def wait_until(holds, what, seconds=20):
    """What `holds` answers once that is true; after the deadline an error that names `what`."""
    end = time.monotonic() + seconds * SCALE
    while True:
        found = holds()
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds * SCALE:.0f} s for {what}")
        time.sleep(0.05)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def http_get(url):
    """The text of the answer, None when there is none."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read().decode()
    except (urllib.error.URLError, OSError):
        return None


class Child:
    """A program whose standard error goes to a file; ended by its pid when the test is over."""

    def __init__(self, command, log):
        self.log = log
        with open(log, "wb") as file:
            nothing = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
            self.process = subprocess.Popen(command, stderr=file, **nothing)

    def output(self):
        return self.log.read_text(errors="replace")

    def running(self):
        return self.process.poll() is None

    def stop(self, seconds=20):
        """SIGTERM; its exit status."""
        if self.running():
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds * SCALE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
