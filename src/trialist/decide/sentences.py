"""One sentence per verdict. It never claims more than the code does."""

from __future__ import annotations

from trialist.decide.digits import decimals_of
from trialist.decide.examples import basis_of, refusal_lead
from trialist.stats.power import LIMIT
from trialist.values.evidence import Interval
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, decimals_for, plain
from trialist.values.verdict import VariantSummary, Verdict, VerdictCode

_BEYOND_BUDGETS = 200
"""Seeds more per variant from which "run more" is no advice any longer."""

_NO_INTERVAL = Interval(low=float("nan"), high=float("nan"))  # never shown


def sentence(
    verdict: Verdict, *, metric: Metric, is_alone: bool = True, component: str | None = None
) -> str:
    """Give the verdict in words, with a Markdown bold lead.

    Args:
        verdict: The verdict; its own `sentence` and `notes` are not read.
        metric: What is measured.
        is_alone: True where the study has no other candidate, so that a sentence that is about
            the data need not name this one.
        component: What the variant leaves out, in an ablation: the sentence is about that.
    """
    words = _Words(verdict, metric, is_alone=is_alone, component=component)
    told = {
        VerdictCode.RELEVANT_IMPROVEMENT: words.helps,
        VerdictCode.IMPROVEMENT: words.helps,
        VerdictCode.REGRESSION: words.hurts,
        VerdictCode.EQUIVALENT: words.equal,
        VerdictCode.NO_RELEVANT_IMPROVEMENT: words.not_worth_having,
        VerdictCode.INCONCLUSIVE: words.open,
        VerdictCode.NOT_COMPARABLE: words.not_comparable,
        VerdictCode.REFUSED: words.refused,
    }
    return told[verdict.name]()


def variant_sentence(summary: VariantSummary, metric: Metric) -> str:
    """Give in words what a study with one variant has found."""
    unit, name, n = Unit.of(metric), summary.name, summary.sample.n
    if isinstance(summary.mean, Missing):
        return f"**Nothing to report:** {name} has no finished run."
    if isinstance(summary.interval, Missing):
        shown = _with_word(plain(round(summary.mean * unit.factor, 6)), unit)
        runs = "one run" if n == 1 else f"{n} seeds"
        return (
            f"**{name}:** {metric.name} is {shown} in {runs}; "
            f"there is no interval: {summary.interval.reason}."
        )
    low, high = summary.interval.low, summary.interval.high
    decimals = decimals_for(summary.interval.half_width * unit.factor, digits=1)
    return (
        f"**{name}:** {metric.name} is {unit.amount(summary.mean, decimals)} on average "
        f"({unit.show(low, decimals)} to {unit.show(high, decimals)}, {n} seeds)."
    )


class _Words:
    """The parts of one verdict's sentence, all rounded alike."""

    def __init__(
        self, verdict: Verdict, metric: Metric, *, is_alone: bool, component: str | None
    ) -> None:
        self._verdict = verdict
        self._metric = metric
        self._unit = Unit.of(metric)
        self._decimals = decimals_of(verdict, metric)
        interval = verdict.interval
        self._interval = _NO_INTERVAL if isinstance(interval, Missing) else interval
        pair = f"{verdict.variant} and {verdict.baseline}"
        self._about = "" if is_alone else f" ({pair})"
        self._between = "" if is_alone else f" between {pair}"
        self._several = verdict.replicate.plural
        self._component = component

    def helps(self) -> str:
        up = self._metric.goal is Goal.MAXIMIZE
        lead = f"**{self._verdict.variant} helps:** "
        if self._component is not None:
            lead = f"**{self._component} hurts:** without it, "
        return (
            f"{lead}{self._metric.name} is {self._estimate()} "
            f"{'higher' if up else 'lower'} than {self._verdict.baseline} "
            f"({self._ends()}, {self._seeds()}){self._worth()}."
        )

    def hurts(self) -> str:
        direction = "lower" if self._metric.goal is Goal.MAXIMIZE else "higher"
        lead, tail = f"**{self._verdict.variant} hurts:** ", ""
        if self._component is not None:
            lead, tail = f"**{self._component} helps:** without it, ", self._drop_worth()
        return (
            f"{lead}{self._metric.name} is "
            f"{self._estimate(sign=-1)} {direction} than {self._verdict.baseline} "
            f"({self._ends(sign=-1)} {direction}, {self._seeds()}){tail}."
        )

    def equal(self) -> str:
        return (
            f"**No difference that matters:** {self._verdict.variant} and "
            f"{self._verdict.baseline} lie within {self._relevant()} of each other "
            f"({self._ends()}{self._plus()}, {self._seeds()})."
        )

    def not_worth_having(self) -> str:
        high = self._interval.high
        return (
            f"**Not worth having:** {self._verdict.variant} gains at most {self._amount(high)} "
            f"({self._ends()}, {self._seeds()}), less than the {self._bare_relevant()} you "
            "asked for."
        )

    def open(self) -> str:
        verdict = self._verdict
        if isinstance(verdict.estimate, Missing):
            return f"**Not finished{self._about}:** {_after_colon(verdict.reason)}."
        if isinstance(verdict.interval, Missing) and isinstance(verdict.p, Missing):
            return self._untested(verdict.p)
        if isinstance(verdict.interval, Missing):
            return (
                f"**Too few seeds{self._about}:** {_stop(verdict.interval.reason)} "
                f"({self._seeds()})"
            )
        found = f"{self._estimate()} ({self._ends()}{self._plus()}, {self._seeds()})"
        if isinstance(verdict.p_adjusted, Missing):
            return (
                f"**Two runs say too little{self._about}:** {found}. "
                f"Run at least 3 {self._several}, 5 or more to claim something."
            )
        if not verdict.final:
            return f"**Not finished{self._about}:** {found} so far; {_after_colon(verdict.reason)}."
        lead = f"**The data does not show a difference{self._between}:** "
        if self._component is not None:
            lead = f"**The data does not show that {self._component} matters:** "
            lead += "leaving it out gains "
        found = f"{lead}{found}."
        return found if verdict.examples is not None else f"{found} {self._advice()}"

    def not_comparable(self) -> str:
        return f"**These cannot be compared{self._about}:** {_stop(self._verdict.reason)}"

    def refused(self) -> str:
        verdict = self._verdict
        if verdict.examples is not None:
            lead = refusal_lead(verdict, verdict.examples)
            return f"**{lead}{self._about}:** {_stop(verdict.reason)}"
        if min(verdict.n_variant, verdict.n_baseline) == 0:
            return f"**Nothing to compare{self._about}:** {_stop(verdict.reason)}"
        if verdict.n == 1:
            return (
                f"**{self._one_run()} cannot answer this{self._about}:** {_stop(verdict.reason)} "
                f"Run at least 3 {self._several}, 5 or more to claim something."
            )
        return f"**Equal values cannot answer this{self._about}:** {_stop(verdict.reason)}"

    def _one_run(self) -> str:
        verdict = self._verdict
        if verdict.design == "paired":
            return "One pair of runs"
        if verdict.n_variant == verdict.n_baseline:
            return "One run per variant"
        few = verdict.variant if verdict.n_variant == 1 else verdict.baseline
        return f"One run of {few}"

    def _untested(self, why: Missing) -> str:
        if (self._verdict.reason or "").startswith(why.reason):
            return f"**Too few shared seeds{self._about}:** {_stop(self._verdict.reason)}"
        estimate = self._verdict.estimate
        value = 0.0 if isinstance(estimate, Missing) else estimate * self._unit.factor
        shown = _with_word(plain(round(value, 9)), self._unit)
        return (
            f"**A constant difference cannot be judged{self._about}:** {shown}{self._plus()} "
            f"({self._seeds()}). {_capital(_stop(_after_colon(self._verdict.reason)))}"
        )

    def _worth(self) -> str:
        relevant = self._metric.relevant
        if relevant is None:
            return ""
        if self._verdict.name is VerdictCode.RELEVANT_IMPROVEMENT:
            return f", more than the {self._relevant()} you asked for"
        if self._interval.high < relevant:
            return f", by less than the {self._relevant()} you called relevant"
        return f"; whether it is worth {self._relevant()} is open"

    def _drop_worth(self) -> str:
        relevant = self._metric.relevant
        if relevant is None:
            return ""
        if -self._interval.high > relevant:
            return f", more than the {self._relevant()} you asked for"
        if -self._interval.low < relevant:
            return f", by less than the {self._relevant()} you called relevant"
        return f"; whether it is worth {self._relevant()} is open"

    def _advice(self) -> str:
        more = self._verdict.more_seeds
        if isinstance(more, Missing):
            if self._metric.relevant is None:
                return (
                    "Say which difference is worth having (relevant) to learn how many "
                    f"{self._several} tell."
                )
            return f"How many more {self._several} would tell is not known: {more.reason}."
        low, high = more
        count = self._count(low, high)
        worth = f"whether it is worth {self._relevant()}"
        if self._component is not None:
            worth = f"whether {self._component} matters by {self._relevant()}"
        if low >= _BEYOND_BUDGETS:
            return (
                f"To tell {worth} would take {count} more {self._several} per variant: "
                "hardly within any budget."
            )
        seeds = self._verdict.replicate.value if high == 1 else self._several
        return f"{count[0].upper()}{count[1:]} more {seeds} per variant would tell {worth}."

    def _count(self, low: int, high: int) -> str:
        most = LIMIT - self._verdict.n  # where counting ended
        if low >= most:
            return f"more than {most:,}"
        if low == high:
            return f"about {low:,}"
        return f"about {low:,} to {'more than ' * (high >= most)}{high:,}"

    def _plus(self) -> str:
        # "higher" and "lower" are not said here, so the sign needs a word where lower is better.
        return "" if self._metric.goal is Goal.MAXIMIZE else " where plus is better"

    def _estimate(self, *, sign: int = 1) -> str:
        estimate = self._verdict.estimate
        return "" if isinstance(estimate, Missing) else self._amount(sign * estimate)

    def _ends(self, *, sign: int = 1) -> str:
        interval = self._interval
        low, high = sorted((sign * interval.low, sign * interval.high))
        return f"{self._unit.show(low, self._decimals)} to {self._unit.show(high, self._decimals)}"

    def _amount(self, value: float) -> str:
        return _with_word(self._unit.show(value, self._decimals), self._unit)

    def _relevant(self) -> str:
        return _with_word(self._bare_relevant(), self._unit)

    def _bare_relevant(self) -> str:
        relevant = self._metric.relevant
        return "" if relevant is None else plain(relevant * self._unit.factor)

    def _seeds(self) -> str:
        verdict = self._verdict
        if verdict.examples is not None:
            return basis_of(verdict, verdict.examples)
        if verdict.design == "paired":
            return f"{verdict.n} paired {self._several}"
        return f"{verdict.n_variant} + {verdict.n_baseline} {self._several}"


def _with_word(shown: str, unit: Unit) -> str:
    word = unit.word.removesuffix("s") if shown == "1" else unit.word
    return f"{shown} {word}".rstrip()


def _stop(reason: str | None) -> str:
    text = reason or ""
    return text if text.endswith((".", "?")) else f"{text}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _after_colon(reason: str | None) -> str:
    return (reason or "").rpartition(": ")[2]
