# SPDX-License-Identifier: Apache-2.0
"""Answers of Prometheus as the panels show them."""
import math
import re


def legend(target, metric):
    form = target["legendFormat"]
    if form == "__auto":
        return ", ".join(value for key, value in metric.items() if key != "__name__") or "value"
    return re.sub(r"\{\{(\w+)\}\}", lambda m: metric.get(m.group(1), ""), form)


def series(panel, answers):
    """[(name, [(time, number)])] of a panel's range queries, in the order of its targets."""
    found = []
    for target in panel["targets"]:
        for result in answers[target["refId"]]["result"]:
            points = [(time, float(value)) for time, value in result["values"]]
            points = [(time, value) for time, value in points if math.isfinite(value)]
            if points:
                found.append((legend(target, result["metric"]), points))
    return found


def instants(panel, answers):
    """[(name, number)] of an instant query; a scalar has no name."""
    target = panel["targets"][0]
    results = answers[target["refId"]]["result"]
    return [(legend(target, result["metric"]), float(result["value"][1])) for result in results]


def organized(panel):
    for transformation in panel["transformations"]:
        if transformation["id"] == "organize":
            return transformation["options"]
    return {"excludeByName": {}, "indexByName": {}, "renameByName": {}}


def merged(panel, answers):
    """[{column: value}]: the answers of all targets, joined by their labels."""
    several = len(panel["targets"]) > 1
    rows = {}
    for target in panel["targets"]:
        column = f"Value #{target['refId']}" if several else "Value"
        for result in answers[target["refId"]]["result"]:
            labels = {key: value for key, value in result["metric"].items() if key != "__name__"}
            row = rows.setdefault(tuple(sorted(labels.items())), dict(labels))
            row[column] = float(result["value"][1])
    return list(rows.values())


def table(panel, answers):
    """(headings, [[cell]])"""
    options = organized(panel)
    columns = [name for name in options["indexByName"] if not options["excludeByName"].get(name)]
    rows = [[row.get(column, "") for column in columns] for row in merged(panel, answers)]
    headings = [options["renameByName"].get(column, column) for column in columns]
    for order in panel["options"].get("sortBy", []):
        index = headings.index(order["displayName"])
        rows.sort(key=lambda row: row[index] or 0, reverse=order["desc"])
    return headings, rows


def mapping(panel, value):
    """(text, color) that the panel's mappings give to a value; None for each they do not."""
    key = f"{value:g}" if isinstance(value, float) else str(value)
    for entry in panel["fieldConfig"]["defaults"].get("mappings", []):
        if key in entry["options"]:
            found = entry["options"][key]
            return found.get("text"), found.get("color")
    return None, None


def threshold_color(panel, value):
    color = None
    for step in panel["fieldConfig"]["defaults"].get("thresholds", {"steps": []})["steps"]:
        if step["value"] is None or value >= step["value"]:
            color = step["color"]
    return color


def fixed_color(panel, name):
    """Of the series of that name, by an override."""
    for override in panel["fieldConfig"]["overrides"]:
        matcher = override["matcher"]
        if matcher["id"] == "byNames" and name in matcher["options"]["names"]:
            return next((p["value"]["fixedColor"] for p in override["properties"] if p["id"] == "color"), None)
    return None
