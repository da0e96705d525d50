"""Canonical JSON and its digest: the same value gives the same bytes on every machine."""

from __future__ import annotations

import hashlib
import json


def canonical_json(value: object) -> str:
    """Give `value` as JSON with sorted keys and no spaces; NaN and infinity are refused."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def canonical_bytes(value: object) -> bytes:
    """Give the canonical JSON of `value` as UTF-8.

    A lone surrogate (a file name that is no text) is written as its JSON escape, so that it
    reads back as it was.
    """
    return canonical_json(value).encode("utf-8", "backslashreplace")


def digest_of(value: object) -> str:
    """Give `sha256:` and the hex digest of the canonical JSON of `value`."""
    return "sha256:" + hashlib.sha256(canonical_bytes(value)).hexdigest()
