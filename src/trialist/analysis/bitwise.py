"""Two runs of the same thing, number by number: are they equal bit by bit?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import zip_longest

from trialist.values.points import Likeness, Point, PointDifference
from trialist.values.rows import same_bits


def likeness(
    recorded: Sequence[Point], again: Sequence[Point], *, ignored: Sequence[str] = ()
) -> Likeness:
    """Compare what two runs reported.

    Args:
        recorded: The numbers of the record, in their order.
        again: Those of the run that repeats it.
        ignored: Patterns of metrics that are not compared, such as "time/*".
    """
    metrics = dict.fromkeys(
        point.metric
        for point in (*recorded, *again)
        if not any(fnmatchcase(point.metric, pattern) for pattern in ignored)
    )
    n = 0
    unlike: list[tuple[int, PointDifference]] = []
    for metric in metrics:
        old, new = _of(metric, recorded), _of(metric, again)
        n += max(len(old), len(new))
        unlike += _differences(old, new, after=len(recorded))
    differences = [one for _, one in sorted(unlike, key=lambda pair: pair[0])]
    return Likeness(
        n=n,
        n_equal=n - len(differences),
        first=differences[0] if differences else None,
        largest=max(differences, key=lambda one: one.size) if differences else None,
        n_unlike=tuple(_counts(metrics, differences)),
    )


def _of(metric: str, points: Sequence[Point]) -> list[tuple[int, Point]]:
    return [(place, point) for place, point in enumerate(points) if point.metric == metric]


def _differences(
    old: Sequence[tuple[int, Point]], new: Sequence[tuple[int, Point]], *, after: int
) -> Iterator[tuple[int, PointDifference]]:
    """Give what differs with its place in the record; what only the new run has comes last."""
    for before, now in zip_longest(old, new):
        if before is None:
            place, point = now
            yield after + place, _difference(point, recorded=None, again=point.value)
        elif now is None or now[1].step != before[1].step:
            place, point = before
            yield place, _difference(point, recorded=point.value, again=None)
        elif not same_bits(before[1].value, now[1].value):
            place, point = before
            yield place, _difference(point, recorded=point.value, again=now[1].value)


def _difference(point: Point, *, recorded: float | None, again: float | None) -> PointDifference:
    return PointDifference(metric=point.metric, step=point.step, recorded=recorded, again=again)


def _counts(
    metrics: Iterable[str], differences: Sequence[PointDifference]
) -> Iterator[tuple[str, int]]:
    for metric in metrics:
        count = sum(one.metric == metric for one in differences)
        if count:
            yield metric, count
