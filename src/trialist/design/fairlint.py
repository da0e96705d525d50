"""What would make a comparison of tuned variants unfair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from trialist.design.hyperparameters import MODEL, MODEL_SIZE, Kind, kind_of
from trialist.design.lintwords import Rule, advice, error, listed, warning
from trialist.design.onechange import written
from trialist.design.round import Round
from trialist.values.lint import Lint
from trialist.values.numbers import counted
from trialist.values.searchplan import Tuned
from trialist.values.space import Arm

_LR_NEEDED = "the best learning rate depends on it"


def _untuned_learning_rate(asked: Round) -> Iterator[Lint]:
    """The optimizer, the batch size and the model each want a learning rate of their own."""
    for name in asked.scientific_of(Kind.OPTIMIZER, Kind.BATCH_SIZE, *MODEL):
        without = [arm for arm in asked.arms_about(name) if not asked.tuned(arm, Kind.LR)]
        if not without:
            continue
        kind = kind_of(name)
        is_certain = bool(asked.names(Kind.LR)) or not all(arm.parameters for arm in without)
        say = error if is_certain and kind not in MODEL else warning
        yield say(
            f"space.{name}",
            f"{name} is what is asked about, and {_lr_words(asked, without)}: {_LR_NEEDED}",
            _tune_it(asked) if is_certain else _NAME_IT,
        )


_NAME_IT = (
    "make the learning rate a nuisance parameter with a name that says so, such as lr or "
    "learning_rate"
)


def _lr_words(asked: Round, arms: list[Arm]) -> str:
    fixed = {
        f"{name}: {written(value)}"
        for arm in arms
        for name, value in asked.fixed(arm.variant, Kind.LR)
    }
    who = listed([arm.variant for arm in arms])
    verb = "has" if len(arms) == 1 else "have"
    if fixed:
        return f"{who} {verb} a fixed learning rate ({', '.join(sorted(fixed))})"
    return f"{who} {verb} no learning rate that is tuned"


def _tune_it(asked: Round) -> str:
    name = next(iter(asked.names(Kind.LR)), "lr")
    per = next(iter(asked.scientific_of(Kind.OPTIMIZER)), None)
    own = f", per: {per}" if per else ""
    return (
        f"search it in every variant: {name}: {{low: 1e-4, high: 1.0, log: true, role: nuisance"
        f"{own}}}"
    )


def _shared_learning_rate(asked: Round) -> Iterator[Lint]:
    """A learning rate of SGD says nothing about one of Adam."""
    for name in asked.scientific_of(Kind.OPTIMIZER):
        by_name: dict[str, list[str]] = {}
        for arm in asked.arms_about(name):
            for one in asked.tuned(arm, Kind.LR):
                if one.shown == one.name:
                    by_name.setdefault(one.name, []).append(arm.variant)
        for rate, variants in by_name.items():
            if len({str(asked.value_of(name, variant)) for variant in variants}) > 1:
                yield error(
                    f"space.{rate}",
                    f"{rate} is one parameter for {listed(variants)}, and what is a good learning "
                    "rate for one is none for the other",
                    f"add per: {name}, and ranges: where they differ",
                )


def _fewer_trials(asked: Round) -> Iterator[Lint]:
    """With more trials a variant looks better, however good it is."""
    # a tuned configuration beside the one that is there is another claim
    arms = {arm.variant: arm for name in asked.scientific for arm in asked.arms_about(name)}
    counts = Counter(trial.variant for trial in asked.search.design)
    of_each = {name: counts[name] if counts else asked.search.trials for name in arms}
    planned = {name: of_each[name] if arm.parameters else 0 for name, arm in arms.items()}
    most = max(planned.values(), default=0)
    fewer = {name: n for name, n in planned.items() if n < most}
    if fewer:
        words = listed([f"{name} has {n}" for name, n in fewer.items()])
        yield warning(
            "search.trials",
            f"{words} of {counted(most, 'trial')}: who is tried more often looks better",
            "give every variant the same parameters to tune, or the same number of trials",
        )


def _weight_decay_by_size(asked: Round) -> Iterator[Lint]:
    """A larger model wants another strength of its regularizer."""
    for name in asked.scientific_of(*MODEL_SIZE):
        untuned = [arm for arm in asked.arms_about(name) if not asked.tuned(arm, Kind.WEIGHT_DECAY)]
        fixed = sorted(
            {
                f"{key}: {written(value)}"
                for arm in untuned
                for key, value in asked.fixed(arm.variant, Kind.WEIGHT_DECAY)
            }
        )
        if fixed:
            yield warning(
                f"space.{name}",
                f"{name} changes the size of the model, and weight decay is fixed "
                f"({', '.join(fixed)}): models of other sizes want other strengths",
                "make weight decay a nuisance parameter, or ask about models of one size",
            )


def _interaction(asked: Round) -> Iterator[Lint]:
    """Two things that change together are two questions, unless their interaction is the one."""
    names = tuple(asked.scientific)
    if len(names) < 2 or _mentions(asked.study.question, names):
        return
    yield warning(
        "question",
        f"{counted(len(names), 'parameter')} are scientific at once ({listed(names)}), and the "
        "question does not ask how they interact",
        "ask about one and make the others nuisance or fixed, or ask: do they interact?",
    )


def _mentions(question: str, names: tuple[str, ...]) -> bool:
    text = question.casefold()
    if "interact" in text:
        return True
    return all(any(word in text for word in _words_for(name)) for name in names)


def _words_for(name: str) -> tuple[str, ...]:
    last = name.rpartition(".")[2].casefold()
    kind = kind_of(name)
    return (last, last.replace("_", " "), *([kind.value] if kind else []))


def _adaptive_for_a_question(asked: Round) -> Iterator[Lint]:
    """Trials that follow earlier values leave regions out, and differently in every variant."""
    search = asked.search
    if not search.method.is_adaptive:
        return
    if not asked.scientific and search.tuned is not Tuned.RECIPE:
        return
    yield warning(
        "search.method",
        f"{search.method.value} lets trials follow earlier values: they cannot show whether a "
        "range is too narrow, nor how a value does apart from the others",
        "answer the question with method: quasi_random; find the best configuration after it",
    )


def _baseline_without(asked: Round) -> Iterator[Lint]:
    """What is searched need not be in `config`, but a variant that is not tuned runs with that."""
    needed = dict.fromkeys(
        one.name
        for arm in asked.search.searched
        for one in asked.tuned(arm, Kind.LR)  # of others a trial mostly has a default
        if not one.when and not one.switch
    )
    for arm in asked.search.arms:
        missing = [name for name in needed if not asked.has(name, arm.variant)]
        if missing and not arm.parameters:
            them = "it" if len(missing) == 1 else "them"
            yield advice(
                "config",
                f"{arm.variant} is not tuned, and config has no {listed(missing)}: its runs come "
                "after all trials, and fail if the trial cannot do without",
                f"add {them} to config, with what the baseline should have",
            )


FAIRNESS_RULES: tuple[Rule, ...] = (
    _untuned_learning_rate,
    _shared_learning_rate,
    _fewer_trials,
    _weight_decay_by_size,
    _interaction,
    _adaptive_for_a_question,
    _baseline_without,
)
