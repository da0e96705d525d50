"""What a cell of a table says: a number, nothing, or something a person meant as a number."""

from __future__ import annotations

import re

_EMPTY = frozenset({"", "na", "n/a", "null", "none", "-"})
_NUMBER = re.compile(
    r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)", re.ASCII | re.IGNORECASE
)
_WHOLE = re.compile(r"[+-]?\d+(?:\.0*)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)
_MAYBE_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+", re.ASCII)
_GIVE = "give a number; leave the cell empty where the run failed, nan where it diverged"
_BOOLEANS = {"true": "1", "false": "0"}
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+", re.ASCII)


def is_empty(cell: str) -> bool:
    """True where the cell says that there is no result."""
    return not cell or cell.strip().casefold() in _EMPTY


def number_in(cell: str) -> float | None:
    """Give the cell's number (NaN and infinity are numbers), or None where it holds none."""
    text = cell.strip()
    return float(text) if _NUMBER.fullmatch(text) else None


def is_numeric(cell: str) -> bool:
    """True where the cell holds a number, or was meant to hold one ("0,95", "95%")."""
    text = cell.strip().removesuffix("%").rstrip()
    return number_in(text) is not None or _DECIMAL_COMMA.fullmatch(text) is not None


def whole_in(cell: str) -> int | None:
    """Give the cell's whole number ("3" or "3.0"), or None where it holds none."""
    text = cell.strip()
    return int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else None


def is_mendable(cell: str) -> bool:
    """True where the cell holds a number, or one that only has to be written otherwise."""
    return number_in(cell) is not None or cure_of(cell) != _GIVE


def cure_of(cell: str) -> str:
    """Give what to do about a cell that should hold a number."""
    text = cell.strip()
    if text.casefold() in _BOOLEANS:
        return f"write {_BOOLEANS[text.casefold()]}: 1 for true, 0 for false"
    if _MAYBE_THOUSANDS.fullmatch(text):
        bare = text.replace(",", "")
        meant = f", or {text.replace(',', '.')} if a decimal point is meant" * (
            text.count(",") == 1
        )
        return f"write {bare}{meant}"
    if _DECIMAL_COMMA.fullmatch(text):
        return f"write {text.replace(',', '.')}: a decimal point, not a comma"
    if _THOUSANDS.fullmatch(text):
        return f"write {text.replace(',', '')}: no thousands separators"
    if text.endswith("%") and number_in(text[:-1]) is not None:
        bare = text[:-1].strip()
        return f"write {bare}, or {float(bare) / 100:g}, in every row: numbers only"
    return _GIVE
