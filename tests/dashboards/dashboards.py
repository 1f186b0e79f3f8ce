# SPDX-License-Identifier: Apache-2.0
"""The dashboards and alerting rules as the tests see them."""
import json
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
GRAFANA = ROOT / "dashboards/grafana"
ALERTS = ROOT / "dashboards/prometheus/vedette-alerts.yaml"



def dashboards():
    """{file name: dashboard}"""
    return {path.name: json.loads(path.read_text()) for path in sorted(GRAFANA.glob("*.json"))}


def panels(dashboard):
    """Without rows."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def alerting_rules():
    groups = yaml.safe_load(ALERTS.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def substitute(query, values):
    """Puts values for variables: $name and ${name}."""
    return re.sub(r"\$\{(\w+)\}|\$(\w+)", lambda m: values[m.group(1) or m.group(2)], query)


def selectors(query):
    """The vector selectors of PromQL as (metric, what is between the braces)."""
    plain = re.sub(r'"(?:[^"\\]|\\.)*"', lambda m: m.group(0).replace("{", "(").replace("}", ")"), query)
    plain = re.sub(r"\b(by|on|without)\s*\([^)]*\)", "", plain)
    names = r"\b((?:vedette|process)_\w+|up|ALERTS)\b(?!\s*\()(?:\{([^}]*)\})?"
    return [(m.group(1), m.group(2) or "") for m in re.finditer(names, plain)]


def documented_metrics():
    """{name: row} of the tables of docs/metrics.md."""
    text = (ROOT / "docs/metrics.md").read_text()
    return {m.group(1): m.group(0) for m in re.finditer(r"^\| `(\w+)` \|.*$", text, re.M)}
