"""Times as a study file writes them."""

from __future__ import annotations

import re

_TIME = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(s|m|min|h|d)")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


def seconds_of(text: str) -> float | None:
    """Give the seconds of `90s`, `20m`, `1.5h`; None where `text` is no time.

    Example:
        >>> seconds_of("20m"), seconds_of("1.5h"), seconds_of("soon")
        (1200.0, 5400.0, None)
    """
    found = _TIME.fullmatch(text.strip())
    return float(found.group(1)) * _SECONDS[found.group(2)] if found else None
