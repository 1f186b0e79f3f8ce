# SPDX-License-Identifier: Apache-2.0
"""The configurations of the pages: fenced blocks whose first line is a comment that names the file they are for."""
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/dashboards"))

PAGES = [ROOT / "docs/operating.md", ROOT / "docs/siem.md", *sorted((ROOT / "docs/siem").glob("*.md"))]
LANGUAGES = {"yaml", "json", "xml", "ini", "rsyslog", "syslog-ng"}
NAMED = re.compile(r"(?:#|<!--) *(\S.*?)(?: *-->)?$")


@dataclass
class Block:
    page: str  # below docs/
    line: int
    language: str  # "": what is typed or shown
    text: str

    @property
    def file(self):
        """The file it is for, "" when the first line names none."""
        found = NAMED.match(self.text.splitlines()[0])
        return found.group(1) if found else ""

    def __str__(self):
        return f"docs/{self.page}:{self.line} ({self.file or self.language})"


def blocks(page):
    text = page.read_text()
    for found in re.finditer(r"^```([\w-]*)\n(.*?)^```$", text, re.M | re.S):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(str(page.relative_to(ROOT / "docs")), line, found.group(1), found.group(2))


def all_blocks(language=None, file=None):
    found = [block for page in PAGES for block in blocks(page)]
    return [b for b in found if (language is None or b.language == language) and (file is None or b.file == file)]


def block(page, language, file=None, containing=""):
    """The one there is."""
    wanted = [b for b in all_blocks(language, file) if b.page == page and containing in b.text]
    if len(wanted) != 1:
        raise LookupError(f"docs/{page}: {len(wanted)} blocks of {language} for {file} with '{containing}'")
    return wanted[0]


def adapted(text, values):
    """With what is of this machine in place of the examples; each must be there."""
    for old, new in values.items():
        if old not in text:
            raise LookupError(f"'{old}' is not in:\n{text}")
        text = text.replace(old, str(new))
    return text
