# SPDX-License-Identifier: Apache-2.0
"""From installation to purge."""
import glob
import json
import os
import shutil
import subprocess
from pathlib import Path

from machine import alerts, eventually, is_active, logged, metrics, pid, run, servers, unit

PAYLOAD = Path("/opt/payload")
CONFIG = Path("/etc/vedette/vedette.yaml")
ALERTS = Path("/var/log/vedette/alerts.jsonl")
ENVIRON_RULE = "f54fe942-8755-4ac3-ab7a-51b392507fec"
DECLARED = """
servers:
  - name: notes
    match: {executable: "*/notes-tool"}
"""
OWN_RULE = """\
title: A Shell Started by an MCP Server
id: 2f0c5ad1-6f8e-4d3b-8a53-1f0f5b2b6f10
status: experimental
logsource: {product: linux, category: process_creation}
detection:
  selection: {Image|endswith: /sh}
  condition: selection
level: low
"""


def package(version: str) -> str:
    return str(next(PAYLOAD.glob(f"vedette_{version}_*.deb")))


def versions() -> list[str]:
    """Lowest first."""
    found = [path.name.split("_")[1] for path in PAYLOAD.glob("vedette_*.deb")]
    return sorted(found, key=lambda version: ("upgrade" in version, version))


def start_server(name: str, seconds: str, user: str = "root") -> None:
    """A program of that name, which does nothing."""
    program = f"/usr/local/bin/{name}"
    shutil.copy("/bin/sleep", program)
    subprocess.Popen(["setpriv", f"--reuid={user}", "--clear-groups", program, seconds], stdin=subprocess.DEVNULL)


def attack(victim: int) -> int:
    """The pid of who did it."""
    thief = subprocess.Popen(["cat", f"/proc/{victim}/environ"], stdout=subprocess.DEVNULL)
    assert thief.wait() == 0
    return thief.pid


def told(raised: list[dict], thief: int) -> list[dict]:
    return [alert for alert in raised if alert["rule"]["id"] == ENVIRON_RULE and alert["actor"]["pid"] == thief]


def file_alerts() -> list[dict]:
    return [json.loads(line) for line in ALERTS.read_text().splitlines()] if ALERTS.exists() else []


def the_machine_is_up() -> str:
    state = run("systemctl", "is-system-running", check=False)
    failed = run("systemctl", "list-units", "--failed", "--plain", "--no-legend", check=False)
    assert "vedette" not in failed, failed
    return f"{os.uname().release}, {run('systemctl', '--version').splitlines()[0]}, {state} {failed}".strip()


def apt_installs_it() -> str:
    run("apt-get", "install", "--yes", "--no-install-recommends", package(versions()[0]))
    return run("dpkg-query", "--show", "vedette")


def the_service_is_ready() -> str:
    eventually("the service is active", is_active)
    assert run("systemctl", "is-enabled", "vedette") == "enabled"
    eventually("ready is in the journal", lambda: logged("ready"))
    return "; ".join(logged("not seen on this kernel"))


def servers_are_recognised() -> str:
    CONFIG.write_text(CONFIG.read_text() + DECLARED)
    run("useradd", "--create-home", "alice")
    of_alice = Path("/home/alice/.claude.json")
    of_alice.write_text(json.dumps({"mcpServers": {"diary": {"command": "/usr/local/bin/diary-tool",
                                                             "args": ["77777"]}}}))
    of_alice.chmod(0o600)
    run("chown", "alice:", str(of_alice))
    run("systemctl", "restart", "vedette")
    start_server("notes-tool", "1000000")
    start_server("mcp-server-demo", "1000000")
    start_server("diary-tool", "77777", user="alice")
    wanted = {"notes": "declared", "demo": "signature", "diary": "config"}
    found = eventually("all three are recognised", lambda: len(known := servers()) == 3 and known)
    assert {name: evidence for name, evidence in wanted.items() if evidence in found[name]["evidence"]} == wanted, found
    return ", ".join(f"{name} ({wanted[name]})" for name in sorted(found))


def an_attack_is_in_the_journal() -> str:
    for name in ("notes", "demo", "diary"):
        thief = attack(servers()[name]["pid"])
        alert = eventually(f"the attack on {name} is told", lambda: told(alerts(), thief))[0]
        assert alert["server"]["name"] == name, alert
    return alert["message"]


def an_attack_is_in_the_file() -> str:
    thief = attack(servers()["demo"]["pid"])
    eventually("the attack is in the file", lambda: told(file_alerts(), thief))
    mode = oct(ALERTS.stat().st_mode & 0o777)
    assert mode == "0o600", mode
    return f"{len(file_alerts())} alerts"


def live_rules() -> int:
    line = next(line for line in metrics() if line.startswith('vedette_rules{state="live"}'))
    return int(float(line.split()[-1]))


def rules_are_reloaded() -> str:
    before, loaded = pid(), live_rules()
    Path("/etc/vedette/rules.d/own.yml").write_text(OWN_RULE)
    run("systemctl", "reload", "vedette")
    eventually("the own rule is live", lambda: live_rules() == loaded + 1)
    assert pid() == before and is_active()
    return f"{loaded} and then {loaded + 1} rules"


def a_restart_keeps_what_is_known() -> str:
    known = {name: server["pid"] for name, server in servers().items()}
    raised = {alert["id"] for alert in file_alerts()}
    run("systemctl", "restart", "vedette")
    # Type=notify: the command comes back when the monitor is ready.
    assert {name: server["pid"] for name, server in servers().items()} == known
    assert raised <= {alert["id"] for alert in file_alerts()}
    started, ready = (int(value) for value in unit("ExecMainStartTimestampMonotonic", "ActiveEnterTimestampMonotonic"))
    thief = attack(known["demo"])
    eventually("an attack after it is told", lambda: told(alerts(), thief))
    return f"ready {(ready - started) / 1e6:.2f} s after the start, emulated"


def a_hung_monitor_is_restarted() -> str:
    before = pid()
    run("systemctl", "kill", "--kill-whom=main", "--signal=SIGSTOP", "vedette")
    eventually("systemd has restarted it", lambda: pid() not in (0, before) and is_active())
    eventually("the watchdog is named", lambda: logged("Watchdog timeout"))
    thief = attack(servers()["demo"]["pid"])
    eventually("an attack after it is told", lambda: told(alerts(), thief))
    return logged("Watchdog timeout")[0]


def a_rotated_file_is_followed() -> str:
    before = len(file_alerts())
    run("logrotate", "--force", "/etc/logrotate.d/vedette")
    thief = attack(servers()["demo"]["pid"])
    eventually("the new file has the new alert", lambda: told(file_alerts(), thief))
    assert len(Path(f"{ALERTS}.1").read_text().splitlines()) == before
    return f"{before} alerts in {ALERTS.name}.1"


def the_tarball_runs() -> str:
    folder = Path("/opt/tarball")
    folder.mkdir()
    run("tar", "-xf", str(next(PAYLOAD.glob("vedette-*.tar.gz"))), "-C", str(folder), "--strip-components=1")
    run(str(folder / "usr/bin/vedette"), "check", "--rules", str(folder / "usr/share/vedette/rules"))
    return run(str(folder / "usr/bin/vedette"), "--version")


def an_upgrade_keeps_edits_and_state() -> str:
    edited, known = CONFIG.read_text(), set(servers())
    assert DECLARED in edited
    state = set(os.listdir("/var/lib/vedette"))
    before = pid()
    run("apt-get", "install", "--yes", "--no-install-recommends", package(versions()[1]))
    eventually("the new one is active", lambda: is_active() and pid() != before)
    assert CONFIG.read_text() == edited
    assert set(servers()) == known, servers()
    assert state <= set(os.listdir("/var/lib/vedette")), os.listdir("/var/lib/vedette")
    return run("dpkg-query", "--show", "vedette")


def removal_keeps_the_configuration() -> str:
    run("apt-get", "remove", "--yes", "vedette")
    assert not is_active() and not os.path.exists("/usr/bin/vedette")
    assert DECLARED in CONFIG.read_text() and ALERTS.exists()
    return ""


def remains() -> list[str]:
    everywhere = run("find", "/", "-xdev", "-path", "/opt", "-prune", "-o", "-name", "*vedette*", "-print", check=False)
    inside = glob.glob("/etc/vedette/**", recursive=True) if os.path.exists("/etc/vedette") else []
    return [line for line in everywhere.splitlines() if line.startswith("/")] + inside


def purging_leaves_nothing() -> str:
    os.unlink("/etc/vedette/rules.d/own.yml")
    run("apt-get", "purge", "--yes", "vedette")
    assert not remains(), remains()
    known = run("systemctl", "list-unit-files", "vedette*", "--no-legend", check=False)
    assert not known, known
    return ""
