"""What to do after a study, and why: the first proposal is the recommended one.

The order is that of the playbook: first what makes the runs trustworthy, then what makes the
searches fair, then the decision, then its validation, and the sealed test last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from trialist.decide.preconditions import forbids, leans
from trialist.values.adoption import Adoption, Decision
from trialist.values.baselinehistory import ENOUGH_SEEDS, BaselineRound
from trialist.values.missing import Missing
from trialist.values.nextround import STUDIES, Proposal, Standing, Step
from trialist.values.numbers import counted, plain
from trialist.values.playbook import Change, Check, Level
from trialist.values.searchplan import Tuned

_ORDER = (
    *(Step.FIX_CODE, Step.TAME, Step.EQUAL_TRIALS, Step.EXTEND),
    *(Step.MORE_TRIALS, Step.SHORTER_RUNS, Step.LONGER_RUNS, Step.REMOVE_FEATURE),
    Step.FIX_PARAMETER,
)
"""Changes by how fundamental they are: what comes first may make the rest needless."""

_OF_CHANGE = {
    "extend_range": Step.EXTEND,
    "shrink_range": Step.EXTEND,
    "more_trials": Step.MORE_TRIALS,
    "equal_trials": Step.EQUAL_TRIALS,
    "fix_parameter": Step.FIX_PARAMETER,
    "longer_runs": Step.LONGER_RUNS,
    "shorter_runs": Step.SHORTER_RUNS,
    "remove_feature": Step.REMOVE_FEATURE,
    "tame_instability": Step.TAME,
    "fix_code": Step.FIX_CODE,
}
_OF_LEVEL = {
    Level.BUG: Step.FIX_CODE,
    Level.INFEASIBLE: Step.FIX_CODE,
    Level.INSTABILITY: Step.TAME,
    Level.UNEQUAL: Step.EQUAL_TRIALS,
    Level.EDGE: Step.EXTEND,
    Level.SPARSE: Step.MORE_TRIALS,
    Level.OVERFITTING: Step.SHORTER_RUNS,
}
"""Where a check says nothing of what to change."""

_TITLES = {
    Step.FIX_CODE: "look for a mistake in the training code",
    Step.TAME: "tame the instability",
    Step.EQUAL_TRIALS: "give every variant the same number of trials",
    Step.EXTEND: "change the ranges that the best values ended at",
    Step.MORE_TRIALS: "search with more trials",
    Step.SHORTER_RUNS: "train shorter, or regularize",
    Step.LONGER_RUNS: "train longer",
    Step.REMOVE_FEATURE: "try without what is best at its limit",
    Step.FIX_PARAMETER: "fix what makes no difference",
}
_CAVEATS = {
    Step.EXTEND: "the old trials are kept; only the new part of each range is searched",
    Step.MORE_TRIALS: "the old trials are kept and count",
    Step.LONGER_RUNS: "what was tuned for short runs need not hold for long ones: above all the "
    "learning rate's schedule",
    Step.FIX_PARAMETER: "every later verdict says that it was not tuned; importance measured by "
    "an adaptive search is biased to where that search looked",
    Step.TAME: "in this order: warm-up, clipping of the gradient's norm, another optimizer, a "
    "norm inside the residual branches, and a lower learning rate last",
}
_WRITE = "trialist next {} --write FILE"


def proposals_of(standing: Standing) -> tuple[Proposal, ...]:
    """Give what can be done next, the recommended first; never nothing.

    Args:
        standing: Where the study stands.
    """
    if not standing.is_finished:
        return (_finish(standing),)
    barred = any(one.decision is Decision.NOT_COMPARABLE for one in standing.adoptions)
    blocking = [check for check in standing.checks if _is_blocking(check, barred=barred)]
    others = [check for check in standing.checks if check not in blocking]
    if blocking:
        return tuple(_changing(blocking, standing)) or (_mend(blocking, standing),)
    decided = tuple(_deciding(standing)) or (_last(standing),)
    return (*decided, *_changing(others, standing))


def _is_blocking(check: Check, *, barred: bool) -> bool:
    """Tell whether a check comes before any decision: also one that leans to the end of a range.

    Such a one forbids to call its variant worse, and nothing else.
    """
    return forbids(check) or (barred and leans(check))


def _mend(checks: Sequence[Check], standing: Standing) -> Proposal:
    return Proposal(
        step=Step.FIX_CODE,
        title="mend what keeps the variants from being compared",
        why=" ".join(dict.fromkeys(_sentence(check) for check in checks)),
        command=_instead(Step.FIX_CODE, standing),
    )


def _finish(standing: Standing) -> Proposal:
    file = standing.file or "the same Python script again"
    return Proposal(
        step=Step.FINISH,
        title="let the study come to its answer",
        why=f"{standing.study} is not answered yet, and nothing is to be chosen before it is.",
        command=f"trialist run {file}" if standing.file else file,
    )


def _changing(checks: Iterable[Check], standing: Standing) -> Iterator[Proposal]:
    by_step: dict[Step, list[Check]] = {}
    for check in checks:
        step = _step_of(check)
        if step is not None:
            by_step.setdefault(step, []).append(check)
    for step in sorted(by_step, key=_ORDER.index):
        yield _change(step, by_step[step], standing)


def _step_of(check: Check) -> Step | None:
    if check.change is not None:
        return _OF_CHANGE.get(check.change.kind)
    return _OF_LEVEL.get(check.level)


def _change(step: Step, checks: Sequence[Check], standing: Standing) -> Proposal:
    changes = tuple(dict.fromkeys(check.change for check in checks if check.change is not None))
    writes = step in STUDIES and bool(changes)
    return Proposal(
        step=step,
        title=_title(step, changes),
        why=" ".join(dict.fromkeys(_sentence(check) for check in checks)),
        caveat=_CAVEATS.get(step, ""),
        command=_WRITE.format(standing.study) if writes else _instead(step, standing),
        changes=changes,
    )


def _instead(step: Step, standing: Standing) -> str:
    if standing.file is None:
        return ""
    if step is Step.TAME:
        return f"trialist lr-find {standing.file}"
    return f"trialist doctor {standing.file}" if step is Step.FIX_CODE else ""


def _title(step: Step, changes: Sequence[Change]) -> str:
    ranges = [_range(one) for one in changes if one.kind in ("extend_range", "shrink_range")]
    if step is Step.EXTEND and any(ranges):
        return f"search {' and '.join(filter(None, ranges))}"
    names = [one.parameter for one in changes if one.parameter]
    if step in (Step.FIX_PARAMETER, Step.REMOVE_FEATURE) and names:
        return f"{_TITLES[step]}: {', '.join(dict.fromkeys(names))}"
    amounts = [one.amount for one in changes if one.amount is not None]
    if step in (Step.LONGER_RUNS, Step.SHORTER_RUNS) and amounts:
        return f"{_TITLES[step]}: {max(amounts):,} steps"
    return _TITLES[step]


def _range(change: Change) -> str:
    if change.low is None or change.high is None:
        return ""
    of = f" of {change.variant}" if change.variant else ""
    return f"{change.parameter}{of} from {plain(change.low)} to {plain(change.high)}"


def _sentence(check: Check) -> str:
    text = check.sentence.strip() or f"{check.check}: {check.level.value}"
    text = text[0].upper() + text[1:]
    return text if text.endswith((".", "?")) else f"{text}."


def _deciding(standing: Standing) -> Iterator[Proposal]:
    if standing.adopted is not None:
        yield from _after_adopting(standing, standing.adopted)
        return
    good = [one for one in standing.adoptions if one.decision is Decision.ADOPT]
    for one in good:
        yield Proposal(
            step=Step.ADOPT,
            title=f"adopt {one.variant}",
            why=_plain(one),
            command=f"trialist adopt {standing.study} {one.variant}",
        )
    still = [one for one in standing.adoptions if one.decision is Decision.INCONCLUSIVE]
    if still:
        yield _more(still, standing)


def _after_adopting(standing: Standing, adopted: BaselineRound) -> Iterator[Proposal]:
    n = 0 if adopted.validation is None else adopted.validation.n
    if not adopted.is_validated:
        yield Proposal(
            step=Step.VALIDATE,
            title=f"validate {adopted.variant} on {ENOUGH_SEEDS} fresh seeds",
            why=f"The configuration that was adopted has {counted(n, 'fresh seed')} of its own: "
            "how good it is was not measured yet.",
            command=_WRITE.format(standing.study),
            amount=ENOUGH_SEEDS,
        )
    elif standing.test_of is not None and not standing.is_tested:
        yield Proposal(
            step=Step.OPEN_TEST,
            title="open the sealed test set",
            why=f"{adopted.variant} is validated on {counted(n, 'fresh seed')}, and the test set "
            "was not opened yet.",
            caveat="it is opened once; every further opening is counted and told",
            command=f"trialist open-test {standing.test_of}",
        )


_MOST_TIMES = 8
"""Nobody searches more than so many times as often as he thought he had to."""


def _more(still: Sequence[Adoption], standing: Standing) -> Proposal:
    most = [one.more[1] for one in still if not isinstance(one.more, Missing)]
    why = " ".join(_plain(one) for one in still)
    if standing.tuned is Tuned.RECIPE:
        n = standing.replicates + max(most, default=standing.replicates)
        if n > _MOST_TIMES * standing.replicates:
            return Proposal(
                step=Step.NEW_QUESTION,
                title="keep the baseline: a difference this small is out of reach",
                why=f"{why} That is {n} searches of each in place of {standing.replicates}.",
                caveat="more trials per search make their luck smaller, more seeds do not",
            )
        return Proposal(
            step=Step.MORE_REPLICATES,
            title=f"search {n} times in place of {standing.replicates}",
            why=why,
            caveat="more seeds of the same winners do not help: it is the luck of the search that "
            "hides the difference",
            command=_WRITE.format(standing.study),
            amount=n,
        )
    n = max(most, default=standing.n_seeds)
    return Proposal(
        step=Step.MORE_SEEDS,
        title=f"follow it up with {counted(n, 'new seed')} per variant",
        why=why,
        caveat="a follow-up shares the error rate with this study",
        command=_WRITE.format(standing.study),
        amount=n,
    )


def _last(standing: Standing) -> Proposal:
    """Give what is left where no round of this question is."""
    if standing.is_tested:
        whose = "baseline" if standing.adopted is None else "configuration that was adopted"
        return Proposal(
            step=Step.DONE,
            title="this question is answered",
            why=f"The {whose} was measured on the sealed test set.",
            command=f"trialist report {standing.study}",
        )
    if standing.adopted is not None:
        return Proposal(
            step=Step.NEW_QUESTION,
            title="ask the next question from the new baseline",
            why=f"{standing.adopted.variant} is adopted and validated.",
            caveat=""
            if standing.test_of
            else "no study of this line names a sealed test set: "
            "add `test:` to the next one, before its first run",
        )
    return Proposal(
        step=Step.NEW_QUESTION,
        title="keep the baseline and ask another question",
        why=" ".join(_plain(one) for one in standing.adoptions) or "Nothing was compared.",
    )


def _plain(adoption: Adoption) -> str:
    return adoption.sentence.replace("**", "")
