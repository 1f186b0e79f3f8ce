#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""validate.py SCHEMA: the JSON lines on stdin against a JSON schema; a line for each mistake, exit 1 on any."""

import json
import sys

import jsonschema


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    mistakes = 0
    lines = 0
    for lines, line in enumerate(sys.stdin, 1):
        for error in validator.iter_errors(json.loads(line)):
            mistakes += 1
            print(f"line {lines}: {error.json_path}: {error.message}")
    if lines == 0:
        print("no line to validate")
    return 1 if mistakes or lines == 0 else 0


sys.exit(main())
