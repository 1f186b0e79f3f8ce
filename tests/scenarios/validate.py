#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""validate.py SCHEMA LINES: each line of LINES is a JSON value of SCHEMA."""
import json
import sys

import jsonschema

with open(sys.argv[1]) as file:
    validator = jsonschema.Draft7Validator(json.load(file))
with open(sys.argv[2]) as file:
    lines = [json.loads(line) for line in file]
mistakes = [f"{n}: {e.json_path}: {e.message}" for n, line in enumerate(lines, 1) for e in validator.iter_errors(line)]
print("\n".join(mistakes))
sys.exit(1 if mistakes or not lines else 0)
