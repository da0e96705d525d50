"""Amounts of memory as a person writes and reads them."""

from __future__ import annotations

import re

_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(B|[kKMGT]i?B)")
_POWERS = {"k": 1, "K": 1, "M": 2, "G": 3, "T": 4}


def bytes_of(text: str) -> int | None:
    """Give the bytes of `4GiB` (powers of 1024) or `500 MB` (of 1000); None where it is no size.

    Example:
        >>> bytes_of("4GiB"), bytes_of("500 MB"), bytes_of("much")
        (4294967296, 500000000, None)
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        return None
    number, unit = found.groups()
    base = 1024 if "i" in unit else 1000
    factor: int = base ** _POWERS.get(unit[0], 0)
    return round(float(number) * factor)


def size(n_bytes: float) -> str:
    """Give an amount of memory as a reader says it.

    Example:
        >>> size(4 * 1024**3), size(734_003_200), size(900)
        ('4.0 GiB', '700 MiB', '900 B')
    """
    for unit, power in (("TiB", 4), ("GiB", 3), ("MiB", 2), ("KiB", 1)):
        amount = n_bytes / 1024**power
        if amount >= 1:
            return f"{amount:.1f} {unit}" if amount < 9.95 else f"{amount:.0f} {unit}"
    return f"{n_bytes:.0f} B"
