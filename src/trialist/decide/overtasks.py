"""What may be said over many tasks: counts about these tasks, ranks about tasks in general."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trialist.analysis.overtasks import OverTasks, Ranking
from trialist.stats.signtest import SignTest
from trialist.values.missing import Missing
from trialist.values.numbers import counted, p_value
from trialist.values.verdict import Verdict, VerdictCode

_BETTER = (VerdictCode.IMPROVEMENT, VerdictCode.RELEVANT_IMPROVEMENT)
_ALIKE = (VerdictCode.EQUIVALENT, VerdictCode.NO_RELEVANT_IMPROVEMENT)
_FALSE_SHARE = 0.05
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """On which tasks one variant was found to be what; every task is a family of its own.

    Attributes:
        variant: The variant.
        baseline: What it was compared with.
        better: Tasks on which it is better.
        worse: Tasks on which it is worse.
        alike: Tasks on which no difference that is worth having remains possible.
        open: Tasks on which the data do not show a difference.
        refused: Tasks on which its runs cannot answer.
        absent: Tasks on which it has no comparison.
        seeds: The fewest and the most runs that a comparison rests on.
    """

    variant: str
    baseline: str
    better: tuple[str, ...]
    worse: tuple[str, ...]
    alike: tuple[str, ...]
    open: tuple[str, ...]
    refused: tuple[str, ...]
    absent: tuple[str, ...]
    seeds: tuple[int, int]

    @property
    def n_judged(self) -> int:
        """Tasks on which there is a comparison."""
        kinds = (self.better, self.worse, self.alike, self.open, self.refused)
        return sum(map(len, kinds))


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOfTasks:
    """Everything that is said over the tasks, as sentences with a Markdown bold lead.

    Attributes:
        tallies: One per candidate, the best average rank first.
        headline: What the ranks say about tasks in general, most important first.
        sentences: One per candidate, by name: its counts, its signs, its rank.
        caveats: What limits them.
    """

    tallies: tuple[Tally, ...]
    headline: tuple[str, ...]
    sentences: Mapping[str, str]
    caveats: tuple[str, ...]


def told_of_tasks(
    verdicts: Mapping[str, Sequence[Verdict]], over: OverTasks, *, baseline: str
) -> ToldOfTasks:
    """Say what the verdicts on each task, and all tasks together, carry.

    There is no verdict over tasks. Counts and pooled scores are about these tasks: seeds say
    nothing about a task that was not run. Only ranks and signs, where a task is one observation,
    speak about tasks in general, and only if these tasks were not chosen by their results.

    Args:
        verdicts: The verdicts by task.
        over: What the tasks say together.
        baseline: What all were compared with.
    """
    names = dict.fromkeys(v.variant for found in verdicts.values() for v in found)
    tallies = [_tally(name, verdicts, baseline) for name in names]
    if not isinstance(over.ranking, Missing):
        tallies.sort(key=lambda tally: _rank(over.ranking, tally.variant))
    return ToldOfTasks(
        tallies=tuple(tallies),
        headline=tuple(_headline(over.ranking)),
        sentences={
            tally.variant: _sentence(tally, over, n_tasks=len(verdicts)) for tally in tallies
        },
        caveats=tuple(_caveats(verdicts, over)),
    )


def _rank(ranking: Ranking | Missing, variant: str) -> float:
    return 0.0 if isinstance(ranking, Missing) else ranking.rank_of(variant)


def _tally(variant: str, verdicts: Mapping[str, Sequence[Verdict]], baseline: str) -> Tally:
    found = {task: v for task, several in verdicts.items() for v in several if v.variant == variant}
    sizes = [verdict.n for verdict in found.values()]

    def having(*codes: VerdictCode) -> tuple[str, ...]:
        return tuple(task for task, verdict in found.items() if verdict.name in codes)

    return Tally(
        variant=variant,
        baseline=baseline,
        better=having(*_BETTER),
        worse=having(VerdictCode.REGRESSION),
        alike=having(*_ALIKE),
        open=having(VerdictCode.INCONCLUSIVE),
        refused=having(VerdictCode.REFUSED, VerdictCode.NOT_COMPARABLE),
        absent=tuple(task for task in verdicts if task not in found),
        seeds=(min(sizes), max(sizes)),
    )


def _sentence(tally: Tally, over: OverTasks, *, n_tasks: int) -> str:
    where = f"over {counted(tally.n_judged, 'task')}"
    if tally.n_judged < n_tasks:
        where = f"over {tally.n_judged} of {n_tasks} tasks"
    pieces = [
        f"better than {tally.baseline} on {len(tally.better)}",
        f"worse on {len(tally.worse)}",
    ]
    if tally.alike:
        pieces.append(f"without a difference worth having on {len(tally.alike)}")
    pieces.append(f"open on {len(tally.open)}")
    if tally.refused:
        pieces.append(f"not to be judged on {len(tally.refused)}")
    said = f"**{tally.variant} {where}:** {', '.join(pieces)} ({_seeds(tally)})."
    return " ".join([said, *_signs(over.signs[tally.variant]), *_apart(tally, over.ranking)])


def _seeds(tally: Tally) -> str:
    low, high = tally.seeds
    return f"{counted(low, 'seed')} each" if low == high else f"{low} to {high} seeds"


def _signs(signs: SignTest | Missing) -> Iterator[str]:
    if isinstance(signs, Missing):
        return
    ties = f", tied on {signs.n_tied}" if signs.n_tied else ""
    yield f"By its mean it is ahead on {signs.n_above} and behind on {signs.n_below}{ties}."


def _apart(tally: Tally, ranking: Ranking | Missing) -> Iterator[str]:
    if isinstance(ranking, Missing) or not ranking.rejects:
        return
    ours, theirs = ranking.rank_of(tally.variant), ranking.rank_of(tally.baseline)
    ranks = f"average rank {ours:.1f} against {theirs:.1f}"
    if not ranking.tells_apart(tally.variant, tally.baseline):
        yield f"In general: its ranks are not told apart from those of {tally.baseline} ({ranks})."
    else:
        better = "better" if ours < theirs else "worse"
        yield f"In general: ranks {better} than {tally.baseline} ({ranks})."


def _headline(ranking: Ranking | Missing) -> Iterator[str]:
    if isinstance(ranking, Missing):
        yield f"**Nothing is said about tasks in general:** {ranking.reason}."
        return
    test, n = ranking.test, counted(len(ranking.tasks), "task")
    shown = f"p {p_value(test.p)}"
    if test.n_variants > 2 and test.f < 1e6:
        shown = f"F({test.df[0]}, {test.df[1]}) = {test.f:.1f}, {shown}"
    if not ranking.rejects:
        yield (
            f"**No common ranking shows:** average ranks over {n} differ no more than by chance "
            f"({shown})."
        )
        return
    yield (
        f"**The tasks rank these variants alike, beyond chance:** average ranks over {n} differ "
        f"({shown}); two variants are told apart where theirs lie more than "
        f"{ranking.difference:.1f} apart (Nemenyi, 95 % over all pairs)."
    )
    yield from _best(ranking)


def _best(ranking: Ranking) -> Iterator[str]:
    first, *others = ranking.variants
    near = [name for name in others if not ranking.tells_apart(first, name)]
    lead = f"**Best average rank:** {first} ({ranking.average[0]:.1f})"
    if near:
        yield f"{lead}; not told apart from it: {_named(near)}."
    else:
        yield f"{lead}, apart from all others."


def _named(names: Sequence[str]) -> str:
    if len(names) <= _MOST_NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED} more"


def _caveats(verdicts: Mapping[str, Sequence[Verdict]], over: OverTasks) -> Iterator[str]:
    n_tasks, n = len(verdicts), sum(map(len, verdicts.values()))
    if n_tasks > 1:
        yield (
            f"Each task is a family of its own: {counted(n, 'comparison')} in all. If nothing "
            f"differed anywhere, {_FALSE_SHARE * n_tasks:.2g} of the {n_tasks} tasks would still "
            "show a difference on average."
        )
    yield (
        "Counts and pooled scores are about these tasks. Only ranks and signs speak of tasks in "
        "general, as far as these were not chosen by their results."
    )
    absent: dict[str, list[str]] = {}
    for task, names in over.incomplete.items():
        absent.setdefault(_named(names), []).append(task)
    for who, tasks in absent.items():
        yield (
            f"{_named(tasks)}: without a value of {who}, so not ranked and not in the pooled "
            f"scores ({len(over.complete)} of {n_tasks} tasks are)."
        )
