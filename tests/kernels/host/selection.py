# SPDX-License-Identifier: Apache-2.0
"""What runs in the guests, and what does not and why."""
from dataclasses import dataclass

FAMILIES = ("tracepoint", "trampoline")
TIME_SCALE = 5  # of the harness's limits
BOOT_SECONDS = 60  # until the guest must be ready, at most


@dataclass(frozen=True)
class Program:
    name: str  # tests/scenarios/scenario_NAME
    seconds: int  # limit in one family
    excluded: tuple[tuple[str, str], ...] = ()  # GoogleTest pattern, why
    once: bool = False  # after all others, in the last family only
    kernels: tuple[str, ...] = ()  # in these only, unless all is wanted; (): in each


OLDEST = ("5.10",)  # for what tests the agent alone
ENDS = ("5.10", "newest")  # for what tests the agent more than the kernel

PROGRAMS = (
    Program("techniques", 400),
    Program("tracing", 300),
    Program("egress", 400),
    Program("surroundings", 300),
    Program("quiet", 300, (
        ("Quiet.DebuggingSomethingElse", "no gdb in the guest"),
        ("Quiet.APackageInstall", "no npm in the guest"),
    ), once=True),
    Program("races", 400, (
        ("Opened/ExecRace.*/after", "an emulated program says its first word later than in time"),
    ), once=True),
    Program("load", 300, (
        ("Load.OneReadInAStormOfProcessesIsTold", "20,000 processes take minutes, emulated"),
    ), once=True),
    Program("self_protection", 300, (
        ("Ways/Reach.*", "techniques has the same ways, into a server"),
        ("State/Tampered.*:Path/Writable.*:SelfProtection.RemovedRulesAndConfigurationAreToldOf", "test no kernel"),
    ), once=True, kernels=ENDS),
    Program("destinations", 300, once=True, kernels=OLDEST),
    Program("lifecycle", 300, (
        ("Lifecycle.AlertsFollowTheSchemaAndCarryNoSecret", "no Python in the guest"),
    ), once=True),
    Program("recording", 300, (
        ("Recording.GarbledIsAnErrorNeverACrash:Recording.TruncatedIsAnErrorWithItsOffset", "test no kernel"),
    ), once=True, kernels=OLDEST),
    Program("recognition", 200, once=True, kernels=OLDEST),
    Program("families", 900, once=True),  # starts a monitor of each family itself
    Program("hardened", 200, once=True),  # locks the kernel down for good, so the last
)
# Not at all: real_servers needs Node.js; bad_input, reload, delivery and metrics_endpoint test no kernel.


def programs_of(kernel: str, programs: list[Program]) -> list[Program]:
    return [program for program in programs if not program.kernels or kernel in program.kernels]


def runs(families: list[str], programs: list[Program]) -> list[tuple[str, Program]]:
    in_each = [(family, program) for family in families for program in programs if not program.once]
    return in_each + [(families[-1], program) for program in programs if program.once]


def gtest_filter(program: Program) -> str:
    return "-" + ":".join(pattern for pattern, _ in program.excluded) if program.excluded else "*"


def deadline(families: list[str], programs: list[Program]) -> int:
    return 2 * BOOT_SECONDS + 60 * len(families) + sum(program.seconds for _, program in runs(families, programs))
