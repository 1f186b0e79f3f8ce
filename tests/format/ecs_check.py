# SPDX-License-Identifier: Apache-2.0
"""Whether documents are of the Elastic Common Schema as ecs.json has it."""
import ipaddress
import json
import re
from collections.abc import Iterator
from pathlib import Path

REFERENCE = json.loads((Path(__file__).parent / "ecs.json").read_text(encoding="utf-8"))
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z")


def leaves(value, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and value:
        for key, below in value.items():
            yield from leaves(below, f"{path}.{key}" if path else key)
    else:
        yield path, value


def is_address(value) -> bool:
    try:
        return bool(ipaddress.ip_address(value))
    except ValueError:
        return False


FITS = {
    "keyword": lambda value: isinstance(value, str),
    "keywords": lambda value: isinstance(value, list) and value and all(isinstance(one, str) for one in value),
    "date": lambda value: isinstance(value, str) and TIME.fullmatch(value),
    "long": lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
    "ip": is_address,
}


def mistake(path: str, value) -> str:
    kind = "keyword" if path.startswith("labels.") else REFERENCE["fields"].get(path)
    known = REFERENCE["values"].get(path)
    if kind is None:
        return "is no field of ECS"
    if not FITS[kind](value):
        return f"{value!r} is no {kind}"
    given = set(value if isinstance(value, list) else [value])
    return f"{given - set(known)} is not one of {known}" if known and not given <= set(known) else ""


def mistakes(lines: bytes) -> Iterator[str]:
    for number, line in enumerate(lines.splitlines(), 1):
        for path, value in leaves(json.loads(line)):
            if not path.startswith("vedette.") and (text := mistake(path, value)):
                yield f"line {number}: {path}: {text}"
