# SPDX-License-Identifier: Apache-2.0
"""How much work each kernel's verifier has with each BPF program."""
from collections.abc import Iterator

GROWN = 4 / 3

Costs = dict[str, dict[str, int | str]]  # kernel → program → instructions processed, or why it was refused


def text(cost: int | str | None) -> str:
    return f"{cost:,}" if isinstance(cost, int) else "refused" if cost else ""


def table(costs: Costs) -> Iterator[str]:
    programs = dict.fromkeys(program for of_kernel in costs.values() for program in of_kernel)
    yield f"{'verifier, instructions':28}" + "".join(f"{kernel:>10}" for kernel in costs)
    for program in programs:
        yield f"{program:28}" + "".join(f"{text(of_kernel.get(program)):>10}" for of_kernel in costs.values())


def refusals(costs: Costs) -> Iterator[str]:
    for kernel, of_kernel in costs.items():
        for program, cost in of_kernel.items():
            if isinstance(cost, str):
                yield f"{kernel}: {program} {cost}"


def growth(before: Costs, now: Costs) -> Iterator[str]:
    for kernel, of_kernel in now.items():
        for program, cost in of_kernel.items():
            old = before.get(kernel, {}).get(program)
            if isinstance(cost, int) and isinstance(old, int) and cost > old * GROWN:
                yield f"{kernel}: {program} grew from {old:,} to {cost:,} instructions"
