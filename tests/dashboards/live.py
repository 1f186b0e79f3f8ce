#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every query of the dashboards and alerting rules, on a real Prometheus that scraped the real monitor through an
incident. As root. --keep DIR keeps what the panels show, for dashboards/render."""
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import monitor_test
from dashboards import ROOT, alerting_rules, dashboards, documented_metrics, panels
from dashboards import selectors, substitute
from incident import Incident, Monitor, configure_clients
from processes import wait_until
from prometheus import Prometheus, has_numbers

RATE_INTERVAL = 5  # seconds; Grafana takes at least four scrapes
EXPECTED_ALERTS = {"VedetteHighAlert"}


class Checks:
    def __init__(self, prometheus, start, end):
        self.prometheus, self.start, self.end = prometheus, start, end
        self.failures = []
        spans = {"__rate_interval": f"{RATE_INTERVAL}s", "__range": f"{int(end - start)}s"}
        self.values = {"job": "vedette", "instance": ".+", **spans}

    def expect(self, holds, message):
        if not holds:
            self.failures.append(message)

    def answer(self, target):
        query = substitute(target["expr"], self.values)
        if target["range"]:
            return self.prometheus.over(query, self.start, self.end)
        return self.prometheus.instant(query, self.end)

    def panels(self, dashboard):
        """{panel id: {refId: answer}}; a panel that shows nothing is broken."""
        shown = {}
        for panel in panels(dashboard):
            for target in panel["targets"]:
                answer = self.answer(target)
                shown.setdefault(panel["id"], {})[target["refId"]] = answer
                where = f"{dashboard['title']}, {panel['title']}"
                self.expect(has_numbers(answer), f"{where}: no data for {target['expr']}")
        return shown

    def variables(self, dashboard):
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                metric, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]).groups()
                found = self.prometheus.label_values(substitute(metric, self.values), label)
                self.expect(found, f"{dashboard['title']}: no values for {variable['name']}")

    def annotations(self, dashboard):
        for annotation in dashboard["annotations"]["list"]:
            answer = self.prometheus.over(substitute(annotation["expr"], self.values), self.start, self.end)
            self.expect(has_numbers(answer), f"{dashboard['title']}: no annotations {annotation['name']}")

    def pictures(self, keep):
        """dashboards/render draws every panel of them."""
        drawn = subprocess.run([ROOT / "dashboards/render", keep, "--output", keep], capture_output=True, text=True)
        self.expect(drawn.returncode == 0, f"dashboards/render: {drawn.stderr}")
        for name, dashboard in dashboards().items() if drawn.returncode == 0 else ():
            picture = ElementTree.parse(keep / f"{name.removeprefix('vedette-').removesuffix('.json')}.svg")
            texts = {element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")}
            missing = {panel["title"] for panel in panels(dashboard)} - texts
            self.expect(not missing, f"{name}: not drawn: {missing}")

    def alerts(self):
        known = set(self.prometheus.get("label/__name__/values"))
        for rule in alerting_rules():
            self.prometheus.instant(rule["expr"], self.end)
            missing = {metric for metric, _ in selectors(rule["expr"])} - known
            self.expect(not missing, f"{rule['alert']} names {missing}, which nothing exports")
        for group in self.prometheus.get("rules")["groups"]:
            for rule in group["rules"]:
                self.expect(rule["health"] == "ok", f"{rule['name']}: {rule.get('lastError', rule['health'])}")
        self.raised()

    def raised(self):
        found = self.prometheus.over('ALERTS{alertstate="firing"}', self.start, self.end)["result"]
        names = {series["metric"]["alertname"] for series in found}
        self.expect(names == EXPECTED_ALERTS, f"raised {sorted(names)}, expected {sorted(EXPECTED_ALERTS)}")

    def exposition(self, text):
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
        complaints = checked.stdout + checked.stderr
        self.expect(checked.returncode == 0 and not complaints, f"promtool check metrics: {complaints}")
        exported, documented = set(re.findall(r"^# TYPE (\w+) ", text, re.M)), set(documented_metrics())
        self.expect(exported <= documented, f"not in docs/metrics.md: {exported - documented}")
        self.expect(documented <= exported, f"only in docs/metrics.md: {documented - exported}")


def run_incident(directory, options, stack):
    """Prometheus, once the incident is in it, and when it began and ended."""
    configure_clients(directory, options.actor)
    monitor = Monitor(directory, options.vedette)
    stack.append(monitor.child)
    prometheus = Prometheus(directory, monitor.port)
    stack.append(prometheus.child)
    monitor.wait_ready()
    prometheus.wait_ready()
    wait_until(lambda: prometheus.number("count_over_time(vedette_build_info[1m])") >= RATE_INTERVAL, "scrapes")
    start = time.time() - RATE_INTERVAL + 1
    incident = Incident(directory, options.actor, prometheus)
    stack.append(incident)
    incident.play()
    end = time.time() + RATE_INTERVAL
    wait_until(lambda: prometheus.number("max(timestamp(vedette_build_info))") > end, "the scrapes after the incident")
    return monitor, prometheus, start, end


def check_all(prometheus, text, start, end, keep):
    checks = Checks(prometheus, start, end)
    keep.mkdir(parents=True, exist_ok=True)
    for name, dashboard in dashboards().items():
        shown = checks.panels(dashboard)
        checks.variables(dashboard)
        checks.annotations(dashboard)
        (keep / name).write_text(json.dumps({"start": start, "end": end, "panels": shown}))
    checks.pictures(keep)
    checks.alerts()
    checks.exposition(text)
    return checks.failures


def test(directory, options):
    stack = []
    try:
        monitor, prometheus, start, end = run_incident(directory, options, stack)
        return check_all(prometheus, monitor.text(), start, end, options.keep or directory / "kept")
    finally:
        for part in reversed(stack):
            part.stop()


def main():
    parser = monitor_test.options(__doc__)
    parser.add_argument("--keep", type=Path, help="directory for what the panels show")
    return monitor_test.run(test, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
