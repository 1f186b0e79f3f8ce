# SPDX-License-Identifier: Apache-2.0
"""What a guest sent, as rows of one table."""
import json
import re
import tarfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
OF_GTEST = {"name", "value_param", "type_param", "file", "line", "status", "result", "timestamp", "time", "classname",
            "failures", "skipped"}


@dataclass
class Row:
    kernel: str
    release: str
    family: str
    program: str
    test: str
    result: str
    seconds: float = 0
    message: str = ""
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    kernel: str
    release: str
    family: str
    program: str

    def row(self, test: str, result: str, seconds: float = 0, message: str = "", properties: dict | None = None) -> Row:
        return Row(**asdict(self), test=test, result=result, seconds=seconds, message=message,
                   properties=properties or {})


def files(stream: Path) -> dict[str, str]:
    """Of one tar after another, the last of which may be cut off."""
    found: dict[str, str] = {}
    try:
        with tarfile.open(stream, ignore_zeros=True) as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is not None:
                    found[Path(member.name).name] = content.read().decode(errors="replace")
    except tarfile.TarError:
        pass
    return found


def of_test(source: Source, test: dict) -> Row:
    failures = [failure["failure"] for failure in test.get("failures", [])]
    result = FAILED if failures else SKIPPED if test["result"] == "SKIPPED" else PASSED
    properties = {key: value for key, value in test.items() if key not in OF_GTEST}
    return source.row(f"{test['classname']}.{test['name']}", result, float(test["time"].rstrip("s")),
                      "\n".join(failures), properties)


def of_report(source: Source, text: str) -> list[Row]:
    suites = json.loads(text)["testsuites"]
    return [of_test(source, test) for suite in suites for test in suite["testsuite"] if test["status"] == "RUN"]


def of_log(source: Source, log: str, ending: str) -> list[Row]:
    """Of a program that ended before it could report: what it printed until then."""
    outcomes = {"OK": PASSED, "FAILED": FAILED, "SKIPPED": SKIPPED}
    done = re.findall(r"^\[ +(OK|FAILED|SKIPPED) +\] (\S+?),? .*\((\d+) ms\)$", log, re.MULTILINE)
    rows = [source.row(test, outcomes[word], int(ms) / 1000, "" if word == "OK" else "see the log")
            for word, test, ms in done]
    started = re.findall(r"^\[ RUN +\] (\S+)$", log, re.MULTILINE)
    running = [test for test in started if test not in {row.test for row in rows}]
    return rows + [source.row(test, FAILED, 0, f"{ending}\n{log[-2000:]}") for test in running or ["(program)"]]


def of_program(source: Source, sent: dict[str, str]) -> list[Row]:
    name = f"{source.family}.{source.program}"
    status = sent.get(f"{name}.status", "").strip()
    if not status:
        return [source.row("(program)", FAILED, 0, "the guest sent no result")]
    if f"{name}.json" not in sent:
        ending = "did not end in time" if status in ("124", "137") else f"ended with {status}"
        return of_log(source, sent.get(f"{name}.log", ""), ending)
    rows = of_report(source, sent[f"{name}.json"])
    if not rows or (status != "0" and all(row.result != FAILED for row in rows)):
        rows.append(source.row("(program)", FAILED, 0, f"ran {len(rows)} tests and ended with {status}"))
    return rows


def of_doctor(source: Source, sent: dict[str, str]) -> Row:
    """Anything but full or partial coverage is a failure."""
    status = sent.get(f"{source.family}.doctor.status", "").strip()
    if status in ("0", "3"):
        return source.row("(starts)", PASSED)
    report = sent.get(f"{source.family}.doctor.json", "")
    return source.row("(starts)", FAILED, 0, f"ended with {status or 'nothing'}\n{report[:1000]}"
                      + sent.get(f"{source.family}.doctor.log", ""))


def counts(rows: list[Row]) -> str:
    return ", ".join(f"{sum(row.result == result for row in rows)} {result}" for result in (PASSED, FAILED, SKIPPED))
