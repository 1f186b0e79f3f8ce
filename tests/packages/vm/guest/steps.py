# SPDX-License-Identifier: Apache-2.0
"""The life of a package on a machine with systemd: one step after another, each told to the host as a line of JSON."""
import json
import sys
import time
import traceback

import life
import sandbox

STEPS = (
    life.the_machine_is_up,
    life.apt_installs_it,
    life.the_service_is_ready,
    sandbox.is_on_the_process,
    sandbox.takes_no_probe_away,
    life.servers_are_recognised,
    life.an_attack_is_in_the_journal,
    life.an_attack_is_in_the_file,
    sandbox.has_no_capability_it_does_not_need,
    life.rules_are_reloaded,
    life.a_restart_keeps_what_is_known,
    life.a_hung_monitor_is_restarted,
    life.a_rotated_file_is_followed,
    life.the_tarball_runs,
    life.an_upgrade_keeps_edits_and_state,
    life.removal_keeps_the_configuration,
    life.purging_leaves_nothing,
)

FIRST = (life.the_machine_is_up, life.apt_installs_it, life.the_service_is_ready)  # without these, nothing


def outcome(step, ready: bool) -> tuple[str, str]:
    if not ready:
        return "skipped", "the service is not ready"
    try:
        return "passed", step() or ""
    except AssertionError as error:
        return "failed", str(error)
    except Exception:
        return "failed", traceback.format_exc()


def main() -> None:
    with open("/dev/vport0p1", "w", buffering=1) as host:
        ready = True
        for step in STEPS:
            begin = time.monotonic()
            result, note = outcome(step, ready)
            ready = ready and (result == "passed" or step not in FIRST)
            row = {"step": step.__name__.replace("_", " "), "result": result, "note": note,
                   "seconds": round(time.monotonic() - begin, 1), "last": step is STEPS[-1]}
            print(json.dumps(row), file=host)
            print(row, file=sys.stderr)


main()
