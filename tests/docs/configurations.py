#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every configuration in the pages is one that the program it is for takes. --vedette PROGRAM"""
import argparse
import configparser
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

import yaml

import certificate
import daemons
from pages import LANGUAGES, ROOT, all_blocks, block

OURS = "/etc/vedette/vedette.yaml"
RULES = ROOT / "docs/siem/vedette_rules.xml"
LEVELS = {"informational": 3, "low": 5, "medium": 8, "high": 12, "critical": 14}
ALERTS = ROOT / "tests/recordings/environ-reads.jsonl"
vedette = None


def shipped_rules():
    """Those that raise alerts."""
    for path in sorted(ROOT.glob("rules/detection/*.yml")) + sorted(ROOT.glob("rules/correlation/*.yml")):
        if not path.name.endswith(".test.yml") and not path.name.startswith("block_"):
            yield from (rule for rule in yaml.safe_load_all(path.read_text()) if rule)


def techniques(rule):
    return [tag.removeprefix("attack.").upper() for tag in rule["tags"] if re.match(r"attack\.t\d", tag)]


class Configurations(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="vedette-docs-")
        self.addCleanup(scratch.cleanup)
        self.directory = Path(scratch.name)

    def each(self, language, check, file=None):
        found = all_blocks(language, file)
        self.assertTrue(found, f"no page has a block of {language}")
        for one in found:
            with self.subTest(str(one)):
                check(one.text)

    def test_each_says_what_it_is_for(self):
        for one in all_blocks():
            with self.subTest(str(one)):
                self.assertIn(one.language, LANGUAGES | {""})
                self.assertTrue(one.file or one.language in ("", "json"), "the first line names no file")

    def test_ours(self):
        def check(text):
            file = self.directory / "vedette.yaml"
            file.write_text(text)
            command = [vedette, "check", "--config", file, "--rules", ROOT / "rules"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

        self.each("yaml", check, OURS)

    def test_yaml_json_xml_ini(self):
        def sections(text):
            parser = configparser.ConfigParser(interpolation=None, strict=False)
            parser.read_string(text)
            return parser.sections()

        readers = {"yaml": yaml.safe_load, "json": json.loads, "xml": ElementTree.fromstring, "ini": sections}
        for language, read in readers.items():
            self.each(language, lambda text: self.assertIsNotNone(read(text) or None))

    def with_certificates(self, text, key):
        made, private = certificate.make(self.directory)
        return re.sub(r'"/etc/[^"]*\.pem"', f'"{made}"', text.replace(key, str(private)))

    def test_rsyslog(self):
        daemon = daemons.rsyslog()
        if not daemon.command:
            self.skipTest(daemon.missing)

        def check(text):
            file = self.directory / "rsyslog.conf"
            text = self.with_certificates(text, "/etc/rsyslog.d/tls/key.pem")
            file.write_text(daemons.rsyslog_configuration(text, self.directory))
            self.assertEqual(daemon.check("-N1", "-f", file), "")

        self.each("rsyslog", check)

    def test_syslog_ng(self):
        daemon = daemons.syslog_ng()
        if not daemon.command:
            self.skipTest(daemon.missing)

        def check(text):
            file = self.directory / "syslog-ng.conf"
            text = self.with_certificates(text, "/etc/syslog-ng/tls/key.pem")
            file.write_text(daemons.syslog_ng_configuration(text))
            self.assertEqual(daemon.check("--syntax-only", *daemons.syslog_ng_options(file, self.directory)), "")

        self.each("syslog-ng", check)


class Wazuh(unittest.TestCase):
    def setUp(self):
        self.rules = {rule.get("id"): rule for rule in ElementTree.parse(RULES).getroot().iter("rule")}

    def test_ids_are_within_the_range_and_parents_come_first(self):
        seen = set()
        for number, rule in self.rules.items():
            self.assertIn(int(number), range(100500, 100590))
            parent = rule.findtext("if_sid")
            self.assertTrue(parent in seen if parent else number == "100500", number)
            seen.add(number)

    def test_each_level_has_a_rule(self):
        by_level = {r.findtext("field[@name='rule.level']"): r for r in self.rules.values()}
        for level, number in LEVELS.items():
            self.assertEqual(by_level[f"^{level}$"].get("level"), str(number))
            page = (ROOT / "docs/siem/wazuh.md").read_text()
            self.assertIn(f"| {level} | {number} | {by_level[f'^{level}$'].get('id')} |", page)

    def test_each_shipped_rule_has_its_level_and_techniques(self):
        by_id = {r.findtext("field[@name='rule.id']"): r for r in self.rules.values()}
        for rule in shipped_rules():
            with self.subTest(rule["title"]):
                found = by_id.pop(f"^{rule['id']}$")
                self.assertEqual(found.get("level"), str(LEVELS[rule["level"]]))
                parent = self.rules[found.findtext("if_sid")]
                self.assertEqual(parent.findtext("field[@name='rule.level']"), f"^{rule['level']}$")
                self.assertEqual([i.text for i in found.iter("id")], techniques(rule))
        self.assertEqual([pattern for pattern in by_id if pattern], [], "of no shipped rule")


class Splunk(unittest.TestCase):
    def test_the_time_is_found(self):
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        parser.optionxform = str
        parser.read_string(block("siem/splunk.md", "ini", "props.conf").text)
        props = parser["vedette:alert"]
        for line in ALERTS.read_text().splitlines():
            begin = re.search(props["TIME_PREFIX"], line).end()
            time = line[begin : begin + int(props["MAX_TIMESTAMP_LOOKAHEAD"])]
            self.assertEqual(time, json.loads(line)["time"])
        self.assertEqual(props["TIME_FORMAT"], "%Y-%m-%dT%H:%M:%S.%9NZ")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--vedette", type=lambda path: Path(path).resolve(), required=True)
    options, rest = arguments.parse_known_args()
    vedette = options.vedette
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)
