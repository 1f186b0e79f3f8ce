# SPDX-License-Identifier: Apache-2.0
"""What was promised, what has arrived, and what the monitor says was lost and why."""
import re
from dataclasses import dataclass, field
from pathlib import Path

from monitor import Samples
from receivers import ID

ENVIRON_RULE = "Environment of MCP Server Read by Unrelated Process"


def label(labels: str, name: str) -> str:
    found = re.search(rf'{name}="((?:[^"\\]|\\.)*)"', labels)
    return found[1] if found else ""


@dataclass
class Counted:
    """Sums over all runs of the monitor."""
    by_rule: dict[str, int] = field(default_factory=dict)  # alerts
    lost: dict[str, int] = field(default_factory=dict)  # "stage reason"
    lost_to: dict[str, dict[str, int]] = field(default_factory=dict)  # output → reason
    failures: dict[str, int] = field(default_factory=dict)  # output

    def add(self, samples: Samples) -> None:
        for (name, labels), value in samples.items():
            if value and name == "vedette_alerts_total":
                rule = label(labels, "rule")
                self.by_rule[rule] = self.by_rule.get(rule, 0) + int(value)
            if value and name == "vedette_events_lost_total":
                key = f"{label(labels, 'stage')} {label(labels, 'reason')}"
                self.lost[key] = self.lost.get(key, 0) + int(value)
            if value and name == "vedette_output_failures_total":
                output = label(labels, "output")
                self.failures[output] = self.failures.get(output, 0) + int(value)
            if value and name == "vedette_output_lost_total":
                reasons = self.lost_to.setdefault(label(labels, "output"), {})
                reasons[label(labels, "reason")] = reasons.get(label(labels, "reason"), 0) + int(value)

    @property
    def alerts(self) -> int:
        return sum(self.by_rule.values())

    @property
    def of_attacks(self) -> int:
        return self.by_rule.get(ENVIRON_RULE, 0)

    def others(self) -> str:
        return ", ".join(f"{count} {rule}" for rule, count in self.by_rule.items() if rule != ENVIRON_RULE) or "none"

    def lost_events(self) -> int:
        """Of those that an alert would have come of."""
        return sum(count for key, count in self.lost.items() if key in ("kernel alert_ring_full", "kernel read_fault"))

    def lost_alerts(self) -> int:
        return self.lost.get("output queue_full", 0)


@dataclass
class Row:
    output: str
    promised: int
    delivered: int
    again: int
    lost: dict[str, int]
    failures: int
    in_order: bool

    @property
    def missing(self) -> int:
        return self.promised - self.delivered - sum(self.lost.values())

    @property
    def good(self) -> bool:
        return self.missing == 0 and self.in_order

    def cells(self) -> list[str]:
        lost = ", ".join(f"{count} {reason}" for reason, count in self.lost.items()) or "0"
        return [self.output, str(self.promised), str(self.delivered), str(self.again), lost, str(self.missing),
                str(self.failures), "yes" if self.in_order else "NO"]


HEAD = ["output", "promised", "delivered", "again", "lost and why", "missing", "failures", "in order"]


def once_each(ids: list[str]) -> list[str]:
    return list(dict.fromkeys(ids))


def same_order(some: list[str], others: list[str]) -> bool:
    """Of what both have."""
    common = set(some) & set(others)
    return [one for one in some if one in common] == [one for one in others if one in common]


def ids_in(file: Path) -> list[str]:
    return [found.decode() for found in ID.findall(file.read_bytes())] if file.exists() else []


def rows(counted: Counted, arrived: dict[str, list[str]]) -> list[Row]:
    """`arrived`: the ids that came to each output, in order, those that came twice twice."""
    promised = counted.alerts - counted.lost_alerts()
    longest = max((once_each(ids) for ids in arrived.values()), key=len)
    result = []
    for output, ids in arrived.items():
        unique = once_each(ids)
        result.append(Row(output, promised, len(unique), len(ids) - len(unique), counted.lost_to.get(output, {}),
                          counted.failures.get(output, 0), same_order(unique, longest)))
    return result


def table(head: list[str], lines: list[list[str]]) -> str:
    widths = [max(len(line[column]) for line in [head, *lines]) for column in range(len(head))]
    padded = [[cell.ljust(width) for cell, width in zip(line, widths)] for line in [head, *lines]]
    return "\n".join("  ".join(line).rstrip() for line in padded)
