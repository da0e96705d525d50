"""`trialist compare --by`: one comparison family per value of a column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trialist.analysis.rawtable import RawTable, Row
from trialist.lab.options import CompareOptions
from trialist.lab.result import StudyResult
from trialist.render.familydata import Family, FamilyData, LeftOut
from trialist.render.style import TextStyle
from trialist.values.errors import ConfigError, Mistake, TableError, near
from trialist.values.verdict import Verdict

_FORMAT = 1
_MOST_SHOWN = 10
_UNFIT = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class FamiliesResult:
    """The results of several families, each judged by itself.

    Attributes:
        data: What is shown of them.
        families: The result of each, by the column's value.
    """

    data: FamilyData
    families: Mapping[str, StudyResult]

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The verdicts by `value/variant`."""
        return {
            f"{value}/{variant}": verdict
            for value, result in self.families.items()
            for variant, verdict in result.verdicts.items()
        }

    def to_dict(self) -> dict[str, Any]:
        """Give the families as plain data: each as in its own results.json, with its value."""
        families = [{"value": value, **result.to_dict()} for value, result in self.families.items()]
        left_out = [{"value": one.value, "reason": one.reason} for one in self.data.left_out]
        return {
            "format": _FORMAT,
            "by": self.data.by,
            "families": families,
            "left_out": left_out,
            "caveats": list(self.data.caveats),
        }

    def report(self, folder: str | Path) -> Path:
        """Write an overview, and in a folder of its own the report of each family.

        Returns:
            The overview's path.
        """
        from trialist.render.familypage import write_overview

        place = Path(folder)
        places = _folders(list(self.families))
        for value, result in self.families.items():
            result.report(place / places[value])
        return write_overview(place, self.data, places, self.to_dict())

    def text(
        self,
        *,
        style: TextStyle | None = None,
        links: Sequence[tuple[str, str]] = (),
        quiet: bool = False,
    ) -> str:
        """Give the families as text for a terminal; arguments as in `StudyResult.text`."""
        from trialist.render.familytext import families_text

        return families_text(self.data, style=style or TextStyle(), links=links, quiet=quiet)

    def __str__(self) -> str:
        return self.text()


def compare_families(
    name: str,
    table: RawTable,
    asked: CompareOptions,
    judged: Callable[[str, RawTable, CompareOptions], Any],
) -> FamiliesResult:
    """Give the verdicts of one family per value of the column `asked.by`.

    Where names in the variant's column hold the value too (`mlp/adult` in the family `adult`),
    that part is left out, so that a variant has one name in all families.

    Args:
        name: The table's name.
        table: All rows, in long form.
        asked: The options; each family is compared with the same baseline.
        judged: What compares the rows of one family.

    Raises:
        TableError: With the mistakes of all families.
        ConfigError: If there is no baseline that fits.
    """
    by = asked.by or ""
    whole = table.split(by)
    if not table.has(asked.variant):
        judged(name, table, replace(asked, by=None))  # says which columns there are
    parts = {value: _without(part, value, asked.variant) for value, part in whole.items()}
    names = {value: _variants(part, asked.variant) for value, part in parts.items()}
    if not any(len(found) > 1 for found in names.values()):
        raise TableError(
            f"no value of '{by}' has rows of two variants",
            where=table.where,
            todo="--variant names the column that tells variants apart, --by what they share",
        )
    baseline = _baseline(names, asked.baseline)
    left_out = [
        LeftOut(value=value, reason=reason)
        for value, found in names.items()
        if (reason := _unfit(found, baseline))
    ]
    kept = [value for value in parts if value not in {one.value for one in left_out}]
    if not kept:
        raise ConfigError(
            f"{baseline!r} is alone wherever it is",
            where="--baseline",
            todo="name a variant that others stand beside",
        )
    each = replace(asked, by=None, baseline=baseline)
    results = _all_judged({value: parts[value] for value in kept}, name, each, judged, by)
    n_shortened = sum(parts[value] is not whole[value] for value in kept)
    data = FamilyData(
        study=name,
        by=by,
        families=tuple(Family(value=value, data=one.data) for value, one in results.items()),
        left_out=tuple(left_out),
        caveats=_caveats(by, asked.variant, n_shortened, len(kept)),
    )
    return FamiliesResult(data=data, families=results)


def _all_judged(
    parts: Mapping[str, RawTable],
    name: str,
    asked: CompareOptions,
    judged: Callable[[str, RawTable, CompareOptions], Any],
    by: str,
) -> dict[str, StudyResult]:
    results: dict[str, StudyResult] = {}
    mistakes: list[Mistake] = []
    for value, part in parts.items():
        try:
            result = judged(f"{name}, {by} {value}", part, asked)
        except TableError as error:
            mistakes += [one for one in error.mistakes if one not in mistakes]
            continue
        if not isinstance(result, StudyResult):
            raise ConfigError(
                "families cannot be made of this kind of comparison",
                where=f"--by {by}",
                todo="leave --by out, or compare one value at a time with --where",
            )
        results[value] = result
    if mistakes:
        raise TableError.of(mistakes[:_MOST_SHOWN])
    return results


def _without(part: RawTable, value: str, variant: str) -> RawTable:
    """Give the rows with `/value` taken from the variants' names, where all of them hold it."""
    place = part.place_of(variant, option="--variant")
    names = [part.cell(row, place) for row in part.rows]
    before, after = f"{value}/", f"/{value}"
    if all(name.endswith(after) and name != after for name in names):
        short = [name.removesuffix(after) for name in names]
    elif all(name.startswith(before) and name != before for name in names):
        short = [name.removeprefix(before) for name in names]
    else:
        return part
    rows = tuple(
        Row(line=row.line, cells=(*row.cells[:place], new, *row.cells[place + 1 :]))
        for row, new in zip(part.rows, short, strict=True)
    )
    return replace(part, rows=rows)


def _variants(part: RawTable, variant: str) -> tuple[str, ...]:
    place = part.place_of(variant, option="--variant")
    names = (part.cell(row, place) for row in part.rows)
    return tuple(dict.fromkeys(name for name in names if name))


def _baseline(names: Mapping[str, Sequence[str]], wanted: str | None) -> str:
    """Give the baseline of all families: the one asked for, or one that all of them have."""
    known = list(dict.fromkeys(name for found in names.values() for name in found))
    if wanted is not None:
        if wanted not in known:
            raise ConfigError(
                f"baseline {wanted!r} is not a variant",
                where="--baseline",
                todo=near(wanted, known),
            )
        return wanted
    if "baseline" in known:
        return "baseline"
    families = [found for found in names.values() if len(found) > 1]
    for name in known:
        if all(name in found for found in families):
            return name
    raise ConfigError(
        "no variant is in every family, so which one are the others compared with?",
        where="--baseline",
        todo=f"name it with --baseline; {near('', known)}",
    )


def _unfit(names: Sequence[str], baseline: str) -> str | None:
    if len(names) < 2:
        return f"only one variant: {names[0]}" if names else "no variant is named"
    return None if baseline in names else f"there is no {baseline}"


def _caveats(by: str, variant: str, n_shortened: int, n_families: int) -> tuple[str, ...]:
    caveats = []
    if n_shortened:
        caveats.append(
            f"The names in '{variant}' hold the value of '{by}' too; that part is left out."
        )
    if n_families > 1:
        caveats.append(
            f"{n_families} families, each corrected for its own comparisons only: that a verdict "
            "somewhere among all of them is wrong is more likely than 5 %."
        )
    return tuple(caveats)


def _folders(values: Sequence[str]) -> dict[str, str]:
    """Give a folder's name per value: safe on every system, and each its own."""
    places: dict[str, str] = {}
    for value in values:
        stem = _UNFIT.sub("-", value).strip("-.")[:80] or "family"
        place, k = stem, 1
        while place.casefold() in {one.casefold() for one in places.values()}:
            k += 1
            place = f"{stem}-{k}"
        places[value] = place
    return places
