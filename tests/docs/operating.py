#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/operating.md knows every metric and every alert about the monitor; links lead somewhere."""
import re
import unittest

from pages import PAGES, ROOT
from dashboards import alerting_rules, documented_metrics

PAGE = ROOT / "docs/operating.md"
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def anchors(page):
    """Of the headings, as GitHub makes them."""
    plain = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.M | re.S)
    titles = re.findall(r"^#+ +(.*)$", plain, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


class Operating(unittest.TestCase):
    def test_every_alert_has_a_row(self):
        text = PAGE.read_text()
        for rule in alerting_rules():
            link = f"| [{rule['alert']}](monitoring.md#{rule['alert'].lower()}) |"
            self.assertIn(link, text)

    def test_every_metric_has_a_row(self):
        rows = "\n".join(line.split("|")[1] for line in PAGE.read_text().splitlines() if line.startswith("| `"))
        for metric in documented_metrics():
            self.assertIn(f"`{metric}`", rows)

    def test_no_other_alert_or_metric_is_named(self):
        text = PAGE.read_text()
        self.assertLessEqual(set(re.findall(r"\bVedette[A-Z]\w+", text)), {r["alert"] for r in alerting_rules()})
        named = set(re.findall(r"\b(?:vedette|process)_\w+_(?:total|seconds|bytes|fds)\b", text))
        self.assertLessEqual(named, set(documented_metrics()))


class Links(unittest.TestCase):
    def test_lead_somewhere(self):
        for page in PAGES:
            for link in LINK.findall(page.read_text()):
                if re.match(r"\w+://", link):
                    continue
                with self.subTest(page=page.name, link=link):
                    path, _, anchor = link.partition("#")
                    target = (page.parent / path).resolve() if path else page
                    self.assertTrue(target.exists())
                    if anchor:
                        self.assertIn(anchor, anchors(target))


if __name__ == "__main__":
    unittest.main(verbosity=2)
