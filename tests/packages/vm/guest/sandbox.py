# SPDX-License-Identifier: Apache-2.0
"""The sandbox of the unit: that it is there, and that the monitor sees through it all it sees without."""
import subprocess
import tempfile
import time
from pathlib import Path

from machine import PATIENCE, UNIT, eventually, is_active, logged, metrics, pid, run, servers, unit

FREE_PORT = 9478
OVERRIDE = Path(f"/run/systemd/system/{UNIT}.d/try.conf")


def is_on_the_process() -> str:
    status = dict(line.split(":\t", 1) for line in open(f"/proc/{pid()}/status") if ":\t" in line)
    seen = {name: status[name].strip() for name in ("NoNewPrivs", "Seccomp", "CapBnd", "CapAmb")}
    assert seen["NoNewPrivs"] == "1" and seen["Seccomp"] == "2" and int(seen["CapAmb"], 16) == 0, seen
    full = int(open("/proc/sys/kernel/cap_last_cap").read())
    capabilities = int(seen["CapBnd"], 16)
    assert capabilities.bit_count() < 10 < full, seen
    system, state = unit("ProtectSystem", "StateDirectoryMode")
    assert system == "strict" and state == "0700", (system, state)
    return f"{capabilities.bit_count()} capabilities"


def probes(port: int) -> set[str]:
    return {line for line in metrics(port) if line.startswith("vedette_probe_attached{")}


def takes_no_probe_away() -> str:
    """Compared with a monitor that is started by root as it is."""
    within = probes(9477)
    with tempfile.TemporaryDirectory() as state, open(f"{state}/log", "w+") as log:
        config = Path(state) / "without-outputs.yaml"
        config.write_text("outputs: []\n")
        free = subprocess.Popen(["vedette", "run", "--json", "--config", config, "--state", state, "--metrics",
                                 f"127.0.0.1:{FREE_PORT}"], stdout=subprocess.DEVNULL, stderr=log)
        try:
            deadline = time.monotonic() + PATIENCE
            while "\nready\n" not in "\n" + open(log.name).read():
                assert time.monotonic() < deadline and free.poll() is None, open(log.name).read()
                time.sleep(0.2)
            without = probes(FREE_PORT)
        finally:
            free.terminate()
            free.wait(PATIENCE)
    assert within and within == without, f"in the sandbox {sorted(within - without)}, without {sorted(without - within)}"
    attached = [line for line in within if line.endswith(" 1")]
    return f"{len(attached)} of {len(within)} probes"


def known() -> set[str]:
    """What the monitor sees: probes, and servers with what it could read of them."""
    found = {f"server {name} by {','.join(server['evidence'])}: {server['command']}"
             for name, server in servers().items()}
    return found | {line.removeprefix("vedette_probe_attached") for line in probes(9477) if line.endswith(" 1")}


def restart_with(capabilities: list[str]) -> bool:
    OVERRIDE.parent.mkdir(exist_ok=True)
    OVERRIDE.write_text(f"[Service]\nRestart=no\nCapabilityBoundingSet=\nCapabilityBoundingSet={' '.join(capabilities)}\n")
    run("systemctl", "daemon-reload")
    run("systemctl", "reset-failed", UNIT, check=False)
    run("systemctl", "restart", UNIT, check=False)
    return is_active()


def missed_without(capability: str, capabilities: list[str], before: set[str]) -> str:
    if not restart_with([one for one in capabilities if one != capability]):
        return "does not start: " + "".join(logged("vedette: ")[-1:])
    return "does not see " + "; ".join(sorted(before - known())) if before - known() else ""


def has_no_capability_it_does_not_need() -> str:
    before = known()
    capabilities = unit("CapabilityBoundingSet")[0].upper().split()
    missed = {one: missed_without(one, capabilities, before) for one in capabilities}
    OVERRIDE.unlink()
    run("systemctl", "daemon-reload")
    run("systemctl", "restart", UNIT)
    eventually("all is seen again", lambda: known() == before)
    told = "\n".join(f"{one}: {text or 'nothing is missed'}" for one, text in missed.items())
    assert all(missed.values()), told
    return f"{len(missed)} tried\n{told}"
