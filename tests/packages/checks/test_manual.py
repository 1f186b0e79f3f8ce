# SPDX-License-Identifier: Apache-2.0
"""The manual pages say what the program says of itself."""
import re
import unittest

from built import ROOT, commands, options, output, installed

PAGE = (ROOT / "packaging/man/vedette.1").read_text().replace("\\-", "-")
OF_ALL = {"--help", "--version"}


def named(text: str) -> set[str]:
    return set(re.findall(r"--[a-z][a-z-]*", text))


def synopses() -> dict[str, set[str]]:
    found = re.findall(r'^\.SY "vedette ([a-z]+)"\n(.*?)^\.YS', PAGE, re.MULTILINE | re.DOTALL)
    return {command: named(text) for command, text in found}


def section(name: str) -> str:
    return re.search(rf"^\.SH {name}\n(.*?)^\.SH ", PAGE, re.MULTILINE | re.DOTALL).group(1)


class Manual(unittest.TestCase):
    maxDiff = None

    def test_every_synopsis_has_the_options_of_its_help(self):
        self.assertEqual(synopses(), {command: options(command) - OF_ALL for command in commands()})

    def test_every_command_is_described(self):
        described = re.findall(r"^\.TP\n\.B ([a-z]+)$", section("COMMANDS"), re.MULTILINE)
        self.assertEqual(sorted(described), sorted(commands()))

    def test_every_option_is_described(self):
        described = set(re.findall(r"^\.TP\n\.BI? (--[a-z-]+)", section("OPTIONS"), re.MULTILINE))
        self.assertEqual(described, OF_ALL.union(*(options(command) for command in commands())))

    def test_every_key_of_the_configuration_is_described(self):
        page = (ROOT / "packaging/man/vedette.yaml.5").read_text()
        described = set(re.findall(r"^\.TP\n\.B ([a-z_]+)$", page, re.MULTILINE))
        example = re.search(r"```yaml\n(.*?)```", (ROOT / "docs/configuration.md").read_text(), re.DOTALL).group(1)
        self.assertEqual(described, set(re.findall(r"^([a-z_]+):", example, re.MULTILINE)))

    def test_the_pages_are_well_formed(self):
        for page in ("man1/vedette.1.gz", "man5/vedette.yaml.5.gz"):
            with self.subTest(page):
                text = output("zcat", installed(f"usr/share/man/{page}"))
                self.assertNotIn("@", text.replace("@modelcontextprotocol", ""))
                self.assertEqual(output("sh", "-c", f"zcat {installed(f'usr/share/man/{page}')} "
                                        "| groff -man -ww -Tutf8 2>&1 >/dev/null"), "")


if __name__ == "__main__":
    unittest.main()
