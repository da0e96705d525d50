"""What the playbook's checks found: the level in a word, the sentence, what to do."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.render.analysisdata import QUIET
from trialist.render.analysiswords import NOBODY, alike, quiet_words
from trialist.render.cells import visible
from trialist.render.markup import Markup, el, joined
from trialist.render.reportdata import ReportData
from trialist.render.sections.page import bullets, paragraph, section
from trialist.values.playbook import Check, Level


def checks(data: ReportData) -> Markup:
    """Give the checks of a study's searches; nothing where it has none."""
    found = data.results.checks
    if not found:
        return Markup("")
    told = {check.variant for check in found}
    names = [one.name for one in data.results.variants if one.name in told]
    names += sorted(name for name in told if name is not None and name not in names)
    more = f"`trialist analyze {data.results.study}` shows every trial behind this."
    return checks_section(found, names, note=more)


def checks_section(found: Sequence[Check], variants: Sequence[str], *, note: str = "") -> Markup:
    """Give the section: what was found per variant, then what found nothing.

    Args:
        found: The checks, the most important first.
        variants: Those that have a heading.
        note: What stands below; may be empty.
    """
    if not found:
        empty = paragraph("None was made: there is no trial with a value.", class_="empty")
        return section("What the checks say", empty, key="checks")
    parts: list[Markup] = []
    for name in (*variants, None):
        mine = [c for c in found if (c.variant if c.variant in variants else None) == name]
        if mine:
            parts.append(el("h3", visible(name) if name is not None else NOBODY))
            parts += _of(mine)
    parts += [paragraph(note, class_="note")] if note else []
    return section("What the checks say", parts, key="checks")


def _of(found: Sequence[Check]) -> list[Markup]:
    told = alike([one for one in found if one.level not in (Level.OK, Level.UNDECIDED)])
    parts = [el("ul", [el("li", _told(one)) for one in told])] if told else []
    quiet = [f"{level}: {words}" for level, words in quiet_words(found)]
    return [*parts, bullets(quiet, class_="note")] if quiet else parts


def _told(check: Check) -> Markup:
    word = el("strong" if check.level not in QUIET else "span", check.level.value)
    todo = f" {visible(check.suggestion)}" if check.suggestion else ""
    return joined(word, f" {visible(check.sentence)}", el("span", todo, class_="note"))
