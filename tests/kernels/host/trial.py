# SPDX-License-Identifier: Apache-2.0
"""One kernel: boots it, lets it run the selection in each family, and says what came of it."""
import json
import shlex
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import image, machine, packages, results, selection

LAST_LINES = 40


@dataclass(frozen=True)
class Plan:
    build: image.Build
    families: list[str]
    programs: list[selection.Program]
    all: bool  # those, too, that are not for this kernel
    pattern: str  # of GoogleTest; "" is the selection's
    cpus: int
    output: Path  # folder for logs

    def of(self, kernel: str) -> "Plan":
        return self if self.all else replace(self, programs=selection.programs_of(kernel, self.programs))

    def runs(self) -> list[tuple[str, selection.Program]]:
        return selection.runs(self.families, self.programs)

    def job(self) -> str:
        lines = [f"export VEDETTE_TIME_SCALE={selection.TIME_SCALE} VEDETTE_DISPOSABLE=1", "verifier_cost"]
        lines += [f"doctor {family}" for family in self.families]
        lines += [shlex.join(["scenarios", family, program.name, str(program.seconds),
                              self.pattern or selection.gtest_filter(program)]) for family, program in self.runs()]
        return "\n".join(lines) + "\n"


@dataclass
class Trial:
    kernel: str
    release: str = ""
    seconds: float = 0
    trouble: str = ""  # of the machine itself
    console: str = ""
    rows: list[results.Row] = field(default_factory=list)
    verifier: dict[str, int | str] = field(default_factory=dict)

    @property
    def failed(self) -> list[results.Row]:
        return [row for row in self.rows if row.result == results.FAILED]


def rows_of(plan: Plan, trial: Trial, sent: dict[str, str]) -> list[results.Row]:
    def source(family: str, program: str) -> results.Source:
        return results.Source(trial.kernel, trial.release, family, program)

    rows = [results.of_doctor(source(family, "doctor"), sent) for family in plan.families]
    for family, program in plan.runs():
        rows += results.of_program(source(family, program.name), sent)
    return rows


def keep(folder: Path, sent: dict[str, str]) -> None:
    for name, text in sent.items():
        (folder / name).write_text(text)


def boot(plan: Plan, kernel: packages.Kernel, trial: Trial) -> dict[str, str]:
    folder = plan.output / kernel.name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    ports = machine.Ports(folder / "console.log", folder / "results.tar", folder / "output.log")
    trial.trouble = machine.boot(plan.build.arch, kernel, image.initramfs(kernel, plan.build, plan.job()), ports,
                                 cpus=plan.cpus, deadline=selection.deadline(plan.families, plan.programs))
    trial.console = ports.console.read_text(errors="replace")
    sent = results.files(ports.results)
    keep(folder, sent)
    return sent


def run(plans: Plan, suite: packages.Suite) -> Trial:
    plan, trial = plans.of(suite.name), Trial(suite.name)
    begin = time.monotonic()
    sent: dict[str, str] = {}
    try:
        kernel = packages.fetch(suite, plan.build.arch)
        trial.release = kernel.release
        sent = boot(plan, kernel, trial)
    except (RuntimeError, OSError) as error:
        trial.trouble = str(error)
    trial.rows = rows_of(plan, trial, sent)
    trial.verifier = json.loads(sent.get("verifier_cost.json") or "{}")
    if not trial.verifier and not trial.trouble:
        trial.trouble = "no verifier cost: " + sent.get("verifier_cost.log", "")
    trial.seconds = time.monotonic() - begin
    return trial


def print_failed_tests(trial: Trial) -> None:
    for row in trial.failed:
        print(f"{row.kernel} {row.family} scenario_{row.program} {row.test}: failed\n{row.message}")


def print_failures(trial: Trial) -> None:
    print_failed_tests(trial)
    if trial.trouble or trial.failed:
        print(f"{trial.kernel}: {trial.trouble or 'tests failed'}; the end of its serial console:")
        print("\n".join("    " + line for line in trial.console.splitlines()[-LAST_LINES:]))
        print(f"to reproduce: scripts/test --kernel {trial.kernel}", flush=True)


def print_summary(trial: Trial, families: list[str]) -> None:
    for family in families:
        rows = [row for row in trial.rows if row.family == family]
        print(f"{trial.kernel:8} {trial.release:28} {family:12} {results.counts(rows)}, "
              f"{sum(row.seconds for row in rows):.0f} s")
