#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The alerting rules: valid, tried (tests/dashboards/alerting), explained in docs/monitoring.md."""
import functools
import re
import subprocess
import unittest
from pathlib import Path

import yaml

from dashboards import ALERTS, ROOT, alerting_rules, documented_metrics, selectors

CASES = sorted((Path(__file__).parent / "alerting").glob("*.test.yaml"))


def promtool(*arguments):
    """Its complaints; None when it has none. promtool comes with Debian's package prometheus."""
    done = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, timeout=60)
    return None if done.returncode == 0 else done.stdout + done.stderr


@functools.cache
def tests():
    return [test for path in CASES for test in yaml.safe_load(path.read_text())["tests"]]


def checks_of(alert):
    """The lists of what the tests expect of it, in the order of time, one for each test."""
    found = [[c["exp_alerts"] for c in test["alert_rule_test"] if c["alertname"] == alert] for test in tests()]
    return [checks for checks in found if checks]


def anchors(path):
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


class Alerts(unittest.TestCase):
    def each_alert(self):
        for rule in alerting_rules():
            with self.subTest(alert=rule.get("alert")):
                yield rule

    def test_promtool_accepts_the_rules(self):
        self.assertIsNone(promtool("check", "rules", ALERTS))

    def test_promtool_accepts_the_example(self):
        self.assertIsNone(promtool("check", "config", ROOT / "dashboards/prometheus/prometheus.yml"))

    def test_cases(self):
        self.assertTrue(CASES)
        for path in CASES:
            with self.subTest(path=path.name):
                self.assertIsNone(promtool("test", "rules", path))

    def test_each_is_seen_to_fire_and_to_be_silent(self):
        for rule in self.each_alert():
            checks = checks_of(rule["alert"])
            self.assertTrue(any(any(expected) for expected in checks), "no test in which it fires")
            self.assertTrue(any(not any(expected) for expected in checks), "no test in which it is silent")

    def test_each_is_seen_to_wait(self):
        for rule in self.each_alert():
            fires_later = any(not checks[0] and any(checks) for checks in checks_of(rule["alert"]))
            self.assertTrue(fires_later or "for" not in rule, "no test in which it does not fire yet")

    def test_names_are_unique(self):
        names = [rule["alert"] for rule in alerting_rules()]
        self.assertEqual(len(names), len(set(names)))

    def test_labels_and_annotations(self):
        for rule in self.each_alert():
            self.assertIn(rule["labels"]["severity"], {"critical", "warning"})
            self.assertEqual(set(rule["annotations"]), {"summary", "description", "runbook_url"})
            self.assertRegex(rule["annotations"]["description"], r"\.$")

    def test_each_has_its_place_in_the_documentation(self):
        page = ROOT / "docs/monitoring.md"
        for rule in self.each_alert():
            file, _, anchor = rule["annotations"]["runbook_url"].partition("#")
            self.assertEqual((ROOT / file, anchor), (page, rule["alert"].lower()))
            self.assertIn(anchor, anchors(page))

    def test_the_documentation_knows_no_other(self):
        page = (ROOT / "docs/monitoring.md").read_text()
        explained = set(re.findall(r"^### (Vedette\w+)$", page, re.M))
        self.assertEqual(explained, {rule["alert"] for rule in alerting_rules()})

    def test_links_of_the_documentation(self):
        page = ROOT / "docs/monitoring.md"
        for file, anchor in re.findall(r"\]\(([\w./-]*)(?:#([\w-]+))?\)", page.read_text()):
            target = page.parent / file if file else page
            self.assertTrue(target.exists(), file)
            self.assertTrue(not anchor or anchor in anchors(target), f"{file}#{anchor}")

    def test_metrics_are_documented(self):
        for rule in self.each_alert():
            names = {re.sub(r"_bucket$", "", metric) for metric, _ in selectors(rule["expr"])}
            self.assertTrue(names)
            self.assertLessEqual(names, set(documented_metrics()) | {"up"})

    def test_each_is_of_the_job(self):
        for rule in self.each_alert():
            for metric, matchers in selectors(rule["expr"]):
                self.assertIn('job="vedette"', matchers, metric)


if __name__ == "__main__":
    unittest.main()
