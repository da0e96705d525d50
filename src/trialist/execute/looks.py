"""The looks of a plan, taken in order over what the runs say: the same live, on resume, later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from trialist.analysis.evidence import evidence_at
from trialist.decide.judgement import Judgement
from trialist.decide.preconditions import Bars
from trialist.decide.rules import judge
from trialist.design.unpaired import unpaired_protocol
from trialist.execute.board import Board
from trialist.values.evidence import LookEvidence, RunRecord
from trialist.values.plan import Look, Plan


class Looks:
    """The looks that were taken, and what they settled.

    Args:
        plan: The plan.
        repeatable: False where runs do not repeat, so that equal seeds are no pairs.
        bars: What forbids comparisons whatever the fresh runs say: it is final at the first look.

    Attributes:
        protocol: What judging needs, with the metric as its values show it.
        evidence: One per look taken, in order.
        judgement: What they amount to; None before the first look.
    """

    def __init__(self, plan: Plan, *, repeatable: bool = True, bars: Bars | None = None) -> None:
        self._plan = plan
        self._bars = bars or Bars()
        self.protocol = plan.protocol if repeatable else unpaired_protocol(plan)
        self.evidence: list[LookEvidence] = []
        self.judgement: Judgement | None = None
        self._answered: dict[str, frozenset[int]] = {}

    @property
    def next(self) -> Look | None:
        """The next planned look; None where none is left."""
        looks = self._plan.looks
        return looks[len(self.evidence)] if len(self.evidence) < len(looks) else None

    @property
    def is_answered(self) -> bool:
        """True where no comparison is open any more."""
        return self.judgement is not None and not self.judgement.open

    def judgement_after(self, count: int) -> Judgement:
        """Give what the first `count` looks amount to."""
        made = judge(self.protocol, self.evidence[:count])
        final = {one.variant for one in made.verdicts if self._bars.of(one) is not None}
        if not final:
            return made
        return replace(
            made,
            verdicts=self._bars.applied(made.verdicts),
            open=tuple(name for name in made.open if name not in final),
        )

    def take_ready(self, board: Board) -> list[Look]:
        """Take every look whose runs are settled, and drop the answered variants from the board.

        While no run has a result there is nothing to look at.
        """
        taken: list[Look] = []
        if board.n_results == 0:
            return taken
        while not self.is_answered and (look := self.next) and board.is_ready(look.n):
            self._take(look, board)
            taken.append(look)
        return taken

    def _take(self, look: Look, board: Board) -> None:
        index = len(self.evidence) + 1
        seeds = self._plan.seeds[: look.n]
        metric = self.protocol.metric.seen(board.values_at(look.n))
        self.protocol = replace(self.protocol, metric=metric)
        self.evidence.append(
            evidence_at(self.protocol, self._counted(board), look_index=index, seeds=seeds)
        )
        self.judgement = self.judgement_after(len(self.evidence))
        still = self.judgement.open
        before = frozenset(board.active)
        board.keep_only({self._plan.baseline, *still} if still else ())
        self._answered.update(dict.fromkeys(before - board.active, frozenset(seeds)))

    def _counted(self, board: Board) -> Iterable[RunRecord]:
        # How many runs an answered variant got beyond its last look depends on timing, and noise
        # that is pooled over all variants would take them in.
        return (
            record
            for record in board.records
            if record.variant not in self._answered or record.seed in self._answered[record.variant]
        )
