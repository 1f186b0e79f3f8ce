# SPDX-License-Identifier: Apache-2.0
"""docs/coverage.md, from the tests that record a technique and what became of it."""
from . import results
from .results import Row

SEEN, LIMIT, ABSENT, FAILED = "✓", "–", "·", "✗"
HEAD = """# Coverage

<!-- Generated from the kernel matrix: tests/kernels/matrix update. -->

Each technique is tried for real inside these kernels, each family of probes by itself: ✓ its alert comes, – it does
not, for the reason in the note, · this kernel has no such thing.

"""

Column = tuple[str, str]  # kernel, family


def cell_of(row: Row) -> str:
    if row.result == results.FAILED:
        return FAILED
    return {"limit": LIMIT, "absent": ABSENT}.get(row.properties["coverage"].partition(":")[0], SEEN)


def worst(cells: list[str]) -> str:
    return next((mark for mark in (FAILED, LIMIT, SEEN, ABSENT) if mark in cells), "")


def sentence(row: Row) -> str:
    return row.properties["coverage"].partition(":")[2].strip()


class Table:
    def __init__(self, rows: list[Row]):
        self.rows = [row for row in rows if {"technique", "coverage"} <= row.properties.keys()]
        self.columns = list(dict.fromkeys((row.kernel, row.family) for row in rows))
        self.techniques = list(dict.fromkeys(row.properties["technique"] for row in self.rows))
        limits = (sentence(row) for row in self.rows if cell_of(row) == LIMIT)
        self.notes = {text: number for number, text in enumerate(dict.fromkeys(limits), 1)}

    def cell(self, technique: str, column: Column) -> str:
        rows = [row for row in self.rows
                if row.properties["technique"] == technique and (row.kernel, row.family) == column]
        mark = worst([cell_of(row) for row in rows])
        numbers = dict.fromkeys(self.notes[sentence(row)] for row in rows if cell_of(row) == LIMIT)
        return mark + "".join(f"[^{number}]" for number in numbers) if mark == LIMIT else mark

    def lines(self) -> list[str]:
        head = ["technique", *(f"{kernel} {family}" for kernel, family in self.columns)]
        lines = [head, ["---", *(":-:" for _ in self.columns)]]
        lines += [[technique, *(self.cell(technique, column) for column in self.columns)]
                  for technique in self.techniques]
        return ["| " + " | ".join(line) + " |" for line in lines]

    def markdown(self) -> str:
        notes = [f"[^{number}]: {text}" for text, number in self.notes.items()]
        return HEAD + "\n".join([*self.lines(), "", *notes]).rstrip("\n") + "\n"
