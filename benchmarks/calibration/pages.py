"""The tables of the explanation pages: written from results.json between their markers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.calibration.rows import Grid, Measured

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"<!-- table: (?P<name>[\w-]+) -->\n.*?<!-- /table -->", flags=re.DOTALL)


def write(data: Mapping[str, Any]) -> int:
    """Rewrite every page with a marked table; 1 where a page names a table that is not there."""
    grids = grids_of(data)
    unknown = 0
    for page in marked():
        text = page.read_text(encoding="utf-8")
        missing = [name for name in names_in(text) if name not in grids]
        for name in missing:
            print(f"{page.name}: no table {name!r} in results.json")
        unknown += len(missing)
        if not missing:
            page.write_text(filled(text, grids), encoding="utf-8")
    return 1 if unknown else 0


def marked() -> list[Path]:
    """Give the pages that hold a marked table."""
    return [page for page in sorted(DOCS.rglob("*.md")) if names_in(page.read_text("utf-8"))]


def names_in(text: str) -> list[str]:
    """Give the names of the tables that a page holds."""
    return [found["name"] for found in _BLOCK.finditer(text)]


def filled(text: str, grids: Mapping[str, Grid]) -> str:
    """Give the page with every marked table as it was measured."""

    def block(found: re.Match[str]) -> str:
        name = found["name"]
        return f"<!-- table: {name} -->\n\n{grids[name].markdown()}\n\n<!-- /table -->"

    return _BLOCK.sub(block, text)


def grids_of(data: Mapping[str, Any]) -> dict[str, Grid]:
    """Give every grid by its name."""
    return {
        grid.name: grid
        for group in data["groups"].values()
        for grid in Measured.from_dict(group).grids
    }
