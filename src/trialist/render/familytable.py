"""The overview of several families: one row each, with how often what was found."""

from __future__ import annotations

from dataclasses import dataclass

from trialist.render.amounts import spread_of
from trialist.render.familydata import FamilyData
from trialist.render.grouping import SIGNS, groups_of
from trialist.render.statement import setup_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The overview's cells.

    Attributes:
        signs: Per counted finding its sign and its words.
        rows: Per family: value, variants, the baseline's mean, its seeds, then one count per sign.
    """

    signs: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]


def overview_of(data: FamilyData) -> Overview:
    """Give the overview of the families, in their order."""
    words: dict[str, str] = {}
    for group in groups_of([one for family in data.families for one in family.verdicts]):
        sign = SIGNS[group.code]
        words[sign] = f"{words[sign]} or {group.words}" if sign in words else group.words
    rows = []
    for family in data.families:
        results = family.data.results
        signs = [SIGNS[verdict.name] for verdict in family.verdicts]
        base = next(one for one in results.variants if one.name == data.baseline)
        rows.append(
            (
                family.value,
                str(len(results.variants)),
                spread_of(base, results.metric).mean,
                str(base.sample.n),
                *(str(signs.count(sign)) if sign in signs else "" for sign in words),
            )
        )
    return Overview(signs=tuple(words.items()), rows=tuple(rows))


def setup_of(data: FamilyData) -> list[str]:
    """Give what the numbers of every family rest on, in pieces."""
    pieces = []
    for words in setup_words(data.families[0].data):
        if "comparison" not in words:
            pieces.append(words)
        elif "(" in words:  # how many there are differs between families, the method does not
            pieces.append(f"{words.partition('(')[2].rstrip(')')} in each family")
        else:
            pieces.append(words.partition(":")[0])
    pieces.insert(1, f"compared with {data.baseline}")
    return pieces
