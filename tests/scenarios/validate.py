#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""validate.py SCHEMA FORMATTER LINES: the alerts of the file LINES, one a line.

Each must be a JSON value of SCHEMA and, read and written again by FORMATTER, be the same bytes; as ECS it must have
ECS's fields, types and values. Where the environment variable VEDETTE_OCSF_CHECK names a Python script that reads OCSF
events as JSON lines, all are given to it as OCSF. A line for each mistake; exit 1 on any.
"""
import json
import os
import subprocess
import sys

import jsonschema

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../format"))
import ecs_check  # noqa: E402


def converted(formatter, name, alerts):
    return subprocess.run([formatter, "--format", name], input=alerts, capture_output=True, check=False)


def schema_mistakes(schema, alerts):
    with open(schema, encoding="utf-8") as file:
        validator = jsonschema.Draft7Validator(json.load(file))
    for number, line in enumerate(alerts.splitlines(), 1):
        for error in validator.iter_errors(json.loads(line)):
            yield f"line {number}: {error.json_path}: {error.message}"


def reading_mistakes(formatter, alerts):
    again = converted(formatter, "native", alerts)
    if again.returncode != 0:
        yield f"not read: {again.stderr.decode()}"
    elif again.stdout != alerts:
        yield "read and written again, the alerts are not the same bytes"


def ocsf_mistakes(formatter, alerts):
    checker = os.environ.get("VEDETTE_OCSF_CHECK")
    if not checker:
        print("not checked as OCSF: VEDETTE_OCSF_CHECK names no checker")
        return
    events = converted(formatter, "ocsf", alerts)
    checked = subprocess.run([sys.executable, checker], input=events.stdout, capture_output=True, check=False)
    if events.returncode != 0 or checked.returncode != 0:
        yield f"as OCSF: {events.stderr.decode()}{checked.stdout.decode()}{checked.stderr.decode()}"


def ecs_mistakes(formatter, alerts):
    documents = converted(formatter, "ecs", alerts)
    yield from ecs_check.mistakes(documents.stdout)
    if documents.returncode != 0:
        yield f"as ECS: {documents.stderr.decode()}"


def main():
    schema, formatter, lines = sys.argv[1:]
    with open(lines, "rb") as file:
        alerts = file.read()
    mistakes = [] if alerts else ["no alert"]
    if alerts:
        mistakes += schema_mistakes(schema, alerts)
        mistakes += reading_mistakes(formatter, alerts)
        mistakes += ecs_mistakes(formatter, alerts)
        mistakes += ocsf_mistakes(formatter, alerts)
    print("\n".join(mistakes))
    return 1 if mistakes else 0


sys.exit(main())
