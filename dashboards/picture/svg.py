# SPDX-License-Identifier: Apache-2.0
"""SVG that is readable on light and dark pages."""
from xml.sax.saxutils import escape

STYLE = """\
text { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328 }
.page { fill: #f3f4f6 } .panel { fill: #ffffff; stroke: #d0d5dc } .muted { fill: #59636e }
.grid { stroke: #e3e6ea } .track { fill: #e9ecf0 } .stripe { fill: #f6f7f9 }
@media (prefers-color-scheme: dark) {
text { fill: #e6e8eb } .page { fill: #111217 } .panel { fill: #1a1c22; stroke: #33363f } .muted { fill: #9aa3ad }
.grid { stroke: #2b2e36 } .track { fill: #2b2e36 } .stripe { fill: #20232a }
}"""

# Told apart on both grounds.
PALETTE = ["#3b9e4b", "#d39b00", "#3f7fe0", "#e0701a", "#dc3c54", "#9d5fcb", "#1f9aa8", "#a07840", "#c9599a", "#74859a"]
NAMED = {
    "green": PALETTE[0],
    "yellow": PALETTE[1],
    "blue": PALETTE[2],
    "orange": PALETTE[3],
    "red": PALETTE[4],
    "purple": PALETTE[5],
}


def width_of(text, size):
    """About; of a proportional typeface."""
    return sum(0.36 if letter in "iljft.,:;|!'() " else 0.6 for letter in str(text)) * size


def shorten(text, size, room):
    text = str(text)
    if width_of(text, size) <= room:
        return text
    while text and width_of(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


class Picture:
    def __init__(self, width, height):
        self.width, self.height = width, height
        self.parts = []

    def add(self, name, content=None, **attributes):
        named = ((key.rstrip("_").replace("_", "-"), self.value(value)) for key, value in attributes.items())
        words = "".join(f' {key}="{value}"' for key, value in named)
        self.parts.append(f"<{name}{words}/>" if content is None else f"<{name}{words}>{content}</{name}>")

    @staticmethod
    def value(value):
        if isinstance(value, float):
            return f"{value:.1f}".rstrip("0").rstrip(".")
        return escape(str(value), {'"': "&quot;"})

    def text(self, x, y, words, size=11, anchor="start", **attributes):
        self.add("text", escape(str(words)), x=float(x), y=float(y), font_size=size, text_anchor=anchor, **attributes)

    def rect(self, x, y, width, height, **attributes):
        self.add("rect", x=float(x), y=float(y), width=float(max(width, 0)), height=float(max(height, 0)), **attributes)

    def line(self, x1, y1, x2, y2, **attributes):
        self.add("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), **attributes)

    def path(self, points, close=False, **attributes):
        shape = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if close else "")
        self.add("path", d=shape, **attributes)

    def dump(self, title):
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img">'
        )
        style = f"<style>\n{STYLE}\n</style>"
        return "\n".join([head, f"<title>{escape(title)}</title>", style, *self.parts, "</svg>", ""])
