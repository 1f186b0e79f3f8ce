#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The conventions every dashboard follows; each test names the panel that breaks one."""
import itertools
import json
import os
import re
import unittest

from dashboards import GRAFANA, dashboards, documented_metrics, panels, selectors

COLUMNS = 24
TYPES = {"stat", "timeseries", "table", "bargauge"}
UNITS = {"short", "none", "s", "bytes", "percentunit", "cps", "cpm", "dateTimeAsIso"}
COUNTERS = re.compile(r"(_total|_bucket|_count|_sum)$")
DATA_SOURCE = {"type": "prometheus", "uid": "${datasource}"}


def overlap(a, b):
    beside = a["x"] >= b["x"] + b["w"] or b["x"] >= a["x"] + a["w"]
    below = a["y"] >= b["y"] + b["h"] or b["y"] >= a["y"] + a["h"]
    return not (beside or below)


class Conventions(unittest.TestCase):
    def each_dashboard(self):
        found = dashboards()
        self.assertEqual(set(found), {"vedette-security.json", "vedette-operations.json"})
        for name, dashboard in found.items():
            with self.subTest(dashboard=name):
                yield name, dashboard

    def each_panel(self):
        for name, dashboard in self.each_dashboard():
            for panel in panels(dashboard):
                with self.subTest(dashboard=name, panel=panel.get("title")):
                    yield panel

    def each_query(self):
        for panel in self.each_panel():
            for target in panel["targets"]:
                yield panel, target

    def test_dashboards(self):
        uids = []
        for name, dashboard in self.each_dashboard():
            self.assertEqual(dashboard["schemaVersion"], 42)
            self.assertIs(dashboard["editable"], False)
            self.assertNotIn("id", dashboard)
            self.assertEqual(f"{dashboard['uid']}.json", name)
            self.assertTrue(dashboard["title"] and dashboard["description"])
            self.assertIn("vedette", dashboard["tags"])
            uids.append(dashboard["uid"])
        self.assertEqual(len(uids), len(set(uids)))

    def test_variables(self):
        for _, dashboard in self.each_dashboard():
            variables = {variable["name"]: variable for variable in dashboard["templating"]["list"]}
            self.assertEqual(list(variables), ["datasource", "job", "instance"])
            self.assertEqual(variables["datasource"]["type"], "datasource")
            self.assertEqual(variables["datasource"]["query"], "prometheus")
            for name in ("job", "instance"):
                self.assertEqual(variables[name]["datasource"], DATA_SOURCE)
                self.assertTrue(variables[name]["multi"] and variables[name]["includeAll"])
                self.assertTrue(variables[name]["label"])

    def test_panels(self):
        for panel in self.each_panel():
            self.assertIn(panel["type"], TYPES)
            self.assertTrue(panel["title"])
            self.assertRegex(panel["description"], r"^[A-Z].*[.]$")
            self.assertIn(panel["fieldConfig"]["defaults"]["unit"], UNITS)
            self.assertEqual(panel["datasource"], DATA_SOURCE)
            self.assertTrue(panel["targets"])

    def test_titles_and_ids_are_unique(self):
        for _, dashboard in self.each_dashboard():
            for key in ("id", "title"):
                values = [panel[key] for panel in panels(dashboard)]
                self.assertEqual(len(values), len(set(values)), key)

    def test_grid(self):
        for _, dashboard in self.each_dashboard():
            places = {panel["title"]: panel["gridPos"] for panel in dashboard["panels"]}
            for title, place in places.items():
                self.assertTrue(place["w"] > 0 and place["h"] > 0, title)
                self.assertTrue(0 <= place["x"] and place["x"] + place["w"] <= COLUMNS and place["y"] >= 0, title)
            for (a, first), (b, second) in itertools.combinations(places.items(), 2):
                self.assertFalse(overlap(first, second), f"{a} overlaps {b}")

    def test_rows_of_the_grid_are_full(self):
        for _, dashboard in self.each_dashboard():
            places = [panel["gridPos"] for panel in dashboard["panels"]]
            height = max(place["y"] + place["h"] for place in places)
            self.assertEqual(sum(place["w"] * place["h"] for place in places), COLUMNS * height)

    def test_targets(self):
        for panel, target in self.each_query():
            self.assertEqual(target["datasource"], DATA_SOURCE)
            self.assertNotEqual(target["instant"], target["range"])
            self.assertEqual(target["range"], panel["type"] == "timeseries")
            self.assertEqual(target["format"], "table" if panel["type"] == "table" else "time_series")

    def test_queries_name_job_and_instance(self):
        for _, target in self.each_query():
            found = selectors(target["expr"])
            self.assertTrue(found, target["expr"])
            for metric, matchers in found:
                self.assertIn('job=~"$job"', matchers, f"{metric} in {target['expr']}")
                self.assertIn('instance=~"$instance"', matchers, f"{metric} in {target['expr']}")

    def test_annotations_name_job_and_instance(self):
        for _, dashboard in self.each_dashboard():
            for annotation in dashboard["annotations"]["list"]:
                self.assertEqual(annotation["datasource"], DATA_SOURCE)
                for _, matchers in selectors(annotation["expr"]):
                    self.assertIn('job=~"$job"', matchers)
                    self.assertIn('instance=~"$instance"', matchers)

    def test_counters_are_under_rate_or_increase(self):
        for _, target in self.each_query():
            for metric, _ in selectors(target["expr"]):
                uses = re.findall(r"(\w*)\(?" + metric + r"\b", target["expr"])
                if COUNTERS.search(metric):
                    self.assertLessEqual(set(uses), {"rate", "increase"}, target["expr"])
                else:
                    self.assertFalse({"rate", "increase"} & set(uses), target["expr"])

    def test_ranges_are_variables(self):
        for panel, target in self.each_query():
            ranges = set(re.findall(r"\[([^]]*)\]", target["expr"]))
            self.assertLessEqual(ranges, {"$__rate_interval"} if target["range"] else {"$__range"}, panel["title"])

    def test_metrics_are_documented(self):
        names = set(documented_metrics())
        for _, target in self.each_query():
            for metric, _ in selectors(target["expr"]):
                family = re.sub(r"_bucket$", "", metric)
                self.assertIn(family, names | {"up"})

    def test_every_metric_of_the_monitor_is_shown(self):
        metrics = [metric for _, target in self.each_query() for metric, _ in selectors(target["expr"])]
        shown = {re.sub(r"_bucket$", "", metric) for metric in metrics}
        hidden = {name for name in documented_metrics() if name.startswith("vedette_")} - shown
        self.assertEqual(hidden, set(), "no panel shows these")

    def test_files_are_as_json_dumps_writes_them(self):
        for path in GRAFANA.glob("*.json"):
            text = path.read_text()
            self.assertEqual(text, json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n", path.name)


class Schema(unittest.TestCase):
    def test_dashboards_are_valid(self):
        file = os.environ.get("VEDETTE_GRAFANA_SCHEMA")
        if not file:
            self.skipTest("$VEDETTE_GRAFANA_SCHEMA does not name the JSON schema of Grafana's dashboards")
        import jsonschema

        with open(file, encoding="utf-8") as text:
            validator = jsonschema.Draft7Validator(json.load(text))
        for name, dashboard in dashboards().items():
            mistakes = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(dashboard)]
            self.assertEqual(mistakes, [], name)


if __name__ == "__main__":
    unittest.main()
