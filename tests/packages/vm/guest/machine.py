# SPDX-License-Identifier: Apache-2.0
"""Asking the guest: commands, conditions with a deadline, the unit, its journal, its metrics."""
import json
import os
import subprocess
import time
import urllib.request

PATIENCE = 300  # seconds, emulated
UNIT = "vedette.service"
MESSAGE_ID = "49e324455d3a4eb8b871e02e55b01667"  # of every alert
os.environ |= {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "HOME": "/root",
               "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}


def run(*words: str, check: bool = True) -> str:
    done = subprocess.run(words, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    assert not check or done.returncode == 0, f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{trouble()}"
    return done.stdout.strip()


def eventually(what: str, condition, patience: float = PATIENCE):
    """The first true value of the condition."""
    deadline = time.monotonic() + patience
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {patience} s: {what}\n{trouble()}"
        time.sleep(0.2)
    return value


def trouble() -> str:
    return run("systemctl", "status", "--no-pager", "-l", "-n", "30", UNIT, check=False)


def unit(*names: str) -> list[str]:
    """Properties of the unit, as systemctl show tells them."""
    shown = dict(line.split("=", 1) for line in run("systemctl", "show", UNIT).splitlines() if "=" in line)
    return [shown.get(name, "") for name in names]


def pid() -> int:
    return int(unit("MainPID")[0])


def is_active() -> bool:
    return run("systemctl", "is-active", UNIT, check=False) == "active"


def journal(*matches: str) -> list[dict]:
    # --all: fields longer than 4096 characters are left out otherwise.
    lines = run("journalctl", "--quiet", "--no-pager", "--output=json", "--all", f"--unit={UNIT}",
                *matches).splitlines()
    return [json.loads(line) for line in lines]


def logged(text: str) -> list[str]:
    messages = [str(entry.get("MESSAGE", "")) for entry in journal()]
    return [message for message in messages if text in message]


def alerts() -> list[dict]:
    return [json.loads(entry["VEDETTE_ALERT"]) for entry in journal(f"MESSAGE_ID={MESSAGE_ID}")]


def metrics(port: int = 9477) -> list[str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        return answer.read().decode().splitlines()


def servers() -> dict[str, dict]:
    return {server["name"]: server for server in json.loads(run("vedette", "servers", "--json"))}
