# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Numbers with units and small words, as the page shows them."""

from typing import List, Optional


def count(value: int) -> str:
    """1,234,567"""
    return f"{int(value):,}"


def microseconds(value: float) -> str:
    """Of a time in microseconds: "0", "89.0 µs", "1.25 ms", "2.50 s"."""
    if value == 0:
        return "0"
    for limit, unit, scale in ((1e3, "µs", 1.0), (1e6, "ms", 1e3)):
        if abs(value) < limit * 0.9995:
            return f"{_three_digits(value / scale)} {unit}"
    return f"{_three_digits(value / 1e6)} s"


def seconds(value: float) -> str:
    """Of a time in seconds, in its own unit: "20 s", "1.5 ms"."""
    return f"{value:g} s" if value >= 1 or value == 0 else microseconds(value * 1e6)


def percent(ratio: float) -> str:
    """Of a ratio: "0 %", "0.0053 %", "12.3 %"."""
    if ratio == 0:
        return "0 %"
    if abs(ratio) < 1e-6:
        return f"{ratio * 100:.1e} %"
    return f"{_three_digits(ratio * 100)} %"


def plural(number: int, noun: str) -> str:
    """1 packet, 2 packets"""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def listing(parts: List[str]) -> str:
    """a, b and c"""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1] if parts else ""


def shared_label(values: List[str]) -> Optional[List[str]]:
    """The values, if they tell all apart."""
    return values if len(set(values)) == len(values) else None


def _three_digits(value: float) -> str:
    size = abs(value)
    if size >= 99.95:
        return f"{value:,.0f}"
    if size >= 9.995:
        return f"{value:.1f}"
    if size >= 0.9995:
        return f"{value:.2f}"
    return f"{value:.3g}"
