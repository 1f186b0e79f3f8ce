# SPDX-License-Identifier: Apache-2.0
"""One function for each type of panel: draws what was answered into a box."""
from collections import namedtuple
from datetime import datetime, timezone

from picture import data, units
from picture.svg import NAMED, PALETTE, shorten, width_of

Box = namedtuple("Box", "x y width height")
Span = namedtuple("Span", "start end")

LINE = 17  # height of a line of text


def unit_of(panel):
    return panel["fieldConfig"]["defaults"]["unit"]


def colored(name):
    """Attributes of a text; the page's own color where none is named."""
    return {"style": f"fill: {NAMED[name]}"} if name in NAMED else {}


def stat(picture, panel, answers, box, _span):
    found = data.instants(panel, answers)
    value = found[0][1] if found else None
    words, color = data.mapping(panel, value) if found else ("no data", None)
    words = words or units.text(value, unit_of(panel))
    color = color or (data.threshold_color(panel, value) if found else None)
    middle = box.y + box.height / 2 + 11
    picture.text(box.x + box.width / 2, middle, words, size=32, anchor="middle", font_weight=600, **colored(color))


def bargauge(picture, panel, answers, box, _span):
    found = data.instants(panel, answers)
    most = max((value for _, value in found), default=0)
    largest = panel["fieldConfig"]["defaults"].get("max") or most or 1
    names = max((width_of(name, 11) for name, _ in found), default=0) + 10
    numbers = 58
    height = min(24.0, box.height / max(len(found), 1))
    for index, (name, value) in enumerate(found):
        y = box.y + index * height
        room = box.width - names - numbers
        color = data.threshold_color(panel, value)
        picture.text(box.x, y + height / 2 + 4, name)
        picture.rect(box.x + names, y + 3, room, height - 6, rx=2, class_="track")
        filled = room * min(value / largest, 1)
        picture.rect(box.x + names, y + 3, filled, height - 6, rx=2, fill=NAMED.get(color, PALETTE[2]))
        words = units.text(value, unit_of(panel))
        picture.text(box.x + box.width, y + height / 2 + 4, words, anchor="end", **colored(color))


def column_widths(headings, rows, room):
    widths = [max([width_of(cell, 11) for cell in column]) + 24 for column in zip(headings, *rows)]
    spare = (room - sum(widths)) / len(widths)
    return [width + spare for width in widths]


def table(picture, panel, answers, box, _span):
    headings, rows = data.table(panel, answers)
    shown = [[cell_of(panel, cell) for cell in row] for row in rows]
    widths = column_widths(headings, [[words for words, _ in row] for row in shown], box.width)
    fit = int(box.height / LINE) - 1
    if len(shown) > fit:
        more = len(shown) - fit + 1
        shown = shown[: fit - 1] + [[(f"and {more} more", None)]]
    x = box.x
    for index, (heading, width) in enumerate(zip(headings, widths)):
        numeric = any(isinstance(row[index], float) for row in rows) and index > 0
        cells = [row[index] if index < len(row) else ("", None) for row in shown]
        column(picture, heading, cells, Box(x, box.y, width, box.height), numeric)
        x += width
    for index in range(len(shown) + 1):
        y = box.y + (index + 1) * LINE - 1
        picture.line(box.x, y, box.x + box.width, y, class_="grid")


def cell_of(panel, value):
    words, color = data.mapping(panel, value)
    return words or (units.text(value, unit_of(panel)) if isinstance(value, float) else value), color


def column(picture, heading, cells, box, numeric):
    x, anchor = (box.x + box.width - 12, "end") if numeric else (box.x + 2, "start")
    picture.text(x, box.y + 12, heading, anchor=anchor, font_weight=600, class_="muted")
    for index, (words, color) in enumerate(cells):
        picture.text(x, box.y + (index + 1) * LINE + 12, words, anchor=anchor, **colored(color))


def timeseries(picture, panel, answers, box, span):
    lines = data.series(panel, answers)
    if not lines:
        no_data(picture, box)
        return
    colors = [color_of(panel, name, index) for index, (name, _) in enumerate(lines)]
    legend_height = legend(picture, [name for name, _ in lines], colors, box)
    plot = Box(box.x, box.y + 4, box.width, box.height - legend_height - LINE - 8)
    custom = panel["fieldConfig"]["defaults"]["custom"]
    stacked = custom["stacking"]["mode"] == "normal"
    tops = stack(lines) if stacked else [(points, [0.0] * len(points)) for _, points in lines]
    largest = max(value for points, _ in tops for _, value in points)
    high = panel["fieldConfig"]["defaults"].get("max") or largest or 1
    marks = units.axis(0, high, unit_of(panel))
    plot = axes(picture, marks, plot, span)
    top = marks[-1][0]
    draw = bars if custom["drawStyle"] == "bars" else (areas if stacked else curves)
    for (points, floors), color in zip(tops, colors):
        draw(picture, points, floors, plot, span, top, color)
    limits(picture, panel, plot, top)


def no_data(picture, box):
    picture.text(box.x + box.width / 2, box.y + box.height / 2, "no data", size=12, anchor="middle", class_="muted")


def color_of(panel, name, index):
    return NAMED.get(data.fixed_color(panel, name), PALETTE[index % len(PALETTE)])


def stack(lines):
    """[([(time, top)], [floor])]: each on those before it."""
    level = {}
    result = []
    for _, points in lines:
        floors = [level.get(time, 0.0) for time, _ in points]
        points = [(time, floor + value) for (time, value), floor in zip(points, floors)]
        level.update(points)
        result.append((points, floors))
    return result


def axes(picture, marks, plot, span):
    """What is left for the curves beside the labels."""
    room = max(width_of(label, 10) for _, label in marks) + 8
    inner = Box(plot.x + room, plot.y, plot.width - room, plot.height)
    for value, label in marks:
        y = inner.y + inner.height * (1 - value / marks[-1][0])
        picture.line(inner.x, y, inner.x + inner.width, y, class_="grid")
        picture.text(inner.x - 6, y + 3.5, label, size=10, anchor="end", class_="muted")
    count = max(2, int(inner.width / 110))
    for index in range(count + 1):
        time = span.start + (span.end - span.start) * index / count
        clock = datetime.fromtimestamp(time, timezone.utc).strftime("%H:%M:%S")
        anchor = "start" if index == 0 else ("end" if index == count else "middle")
        x = inner.x + inner.width * index / count
        picture.text(x, inner.y + inner.height + 14, clock, size=10, anchor=anchor, class_="muted")
    return inner


def place(plot, span, top, time, value):
    x = plot.x + plot.width * (time - span.start) / (span.end - span.start)
    return x, plot.y + plot.height * (1 - min(value / top, 1))


def bars(picture, points, floors, plot, span, top, color):
    width = plot.width / (span.end - span.start) * 0.8
    for (time, value), floor in zip(points, floors):
        if value > floor:
            x, y = place(plot, span, top, time, value)
            _, bottom = place(plot, span, top, time, floor)
            left = max(x - width / 2, plot.x)
            picture.rect(left, y, min(width, plot.x + plot.width - left), bottom - y, fill=color)


def curves(picture, points, _floors, plot, span, top, color):
    places = [place(plot, span, top, time, value) for time, value in points]
    picture.path(places, fill="none", stroke=color, stroke_width=1.6, stroke_linejoin="round")


def areas(picture, points, floors, plot, span, top, color):
    upper = [place(plot, span, top, time, value) for time, value in points]
    lower = [place(plot, span, top, time, floor) for (time, _), floor in zip(points, floors)]
    picture.path(upper + lower[::-1], close=True, fill=color, fill_opacity=0.3)
    picture.path(upper, fill="none", stroke=color, stroke_width=1.6, stroke_linejoin="round")


def limits(picture, panel, plot, top):
    defaults = panel["fieldConfig"]["defaults"]
    if defaults["custom"]["thresholdsStyle"]["mode"] != "line":
        return
    for step in defaults["thresholds"]["steps"]:
        if step["value"] is not None and step["value"] <= top:
            y = plot.y + plot.height * (1 - step["value"] / top)
            picture.line(plot.x, y, plot.x + plot.width, y, stroke=NAMED[step["color"]], stroke_dasharray="5 4")


def legend(picture, names, colors, box, most=2):
    """At the bottom of the box, in `most` lines; its height."""
    lines = [[]]
    x = 0.0
    for index, name in enumerate(names):
        words = shorten(name, 10.5, box.width / 2)
        width = width_of(words, 10.5) + 26
        if x + width > box.width and lines[-1]:
            if len(lines) == most:
                lines[-1].append((x, None, f"+{len(names) - index}"))
                break
            lines.append([])
            x = 0.0
        lines[-1].append((x, colors[index], words))
        x += width
    for row, entries in enumerate(lines):
        y = box.y + box.height - (len(lines) - row) * LINE + 12
        for left, color, words in entries:
            if color:
                picture.rect(box.x + left, y - 8, 12, 8, rx=2, fill=color)
            picture.text(box.x + left + (16 if color else 0), y, words, size=10.5, class_="muted")
    return len(lines) * LINE


DRAW = {"stat": stat, "bargauge": bargauge, "table": table, "timeseries": timeseries}
