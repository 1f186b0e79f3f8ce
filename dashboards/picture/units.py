# SPDX-License-Identifier: Apache-2.0
"""Numbers as Grafana writes them in the units the dashboards use."""
import math
from datetime import datetime, timezone

SCALES = {
    "short": ((1e9, " B"), (1e6, " M"), (1e3, " K"), (1, "")),
    "none": ((1, ""),),
    "cpm": ((1e3, " K/min"), (1, " /min")),
    "cps": ((1e3, " K/s"), (1, " /s")),
    "bytes": ((1 << 30, " GiB"), (1 << 20, " MiB"), (1 << 10, " KiB"), (1, " B")),
    "percentunit": ((0.01, " %"),),
    "s": ((3600, " h"), (60, " min"), (1, " s"), (1e-3, " ms"), (1e-6, " µs")),
}


def scale(largest, unit):
    """(divisor, suffix) for numbers up to `largest`."""
    scales = SCALES[unit]
    if largest == 0:
        return next((pair for pair in scales if pair[0] == 1), scales[0])
    return next((pair for pair in scales if abs(largest) >= pair[0]), scales[-1])


def plain(number, digits=3):
    """Without a tail of zeros."""
    if number == 0 or not math.isfinite(number):
        return "0" if number == 0 else "–"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(number))))
    text = f"{number:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def text(number, unit):
    if unit == "dateTimeAsIso":
        return datetime.fromtimestamp(number / 1000, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    divisor, suffix = scale(number, unit)
    return plain(number / divisor) + suffix


def ticks(low, high, wanted=4):
    """Round numbers from low to at least high."""
    span = (high - low) or 1
    rough = span / wanted
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [index * step for index in range(first, max(last, first + 1) + 1)]


def axis(low, high, unit):
    """[(value, label)]: all labels in the scale of the largest."""
    divisor, suffix = scale(max(abs(low), abs(high)), unit)
    return [(value * divisor, plain(value) + suffix) for value in ticks(low / divisor, high / divisor)]
