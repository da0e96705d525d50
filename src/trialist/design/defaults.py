"""What stays at an optimizer's defaults because the study is silent about it: a caveat."""

from __future__ import annotations

from trialist.design.hyperparameters import Kind, kind_of
from trialist.design.lintwords import listed
from trialist.design.optimizers import Knob, Optimizer, optimizer_named
from trialist.design.round import Round
from trialist.values.searchplan import SearchPlan
from trialist.values.study import Study


def default_caveats(study: Study, search: SearchPlan) -> tuple[str, ...]:
    """Give what stays at the optimizer's defaults because the study does not name it.

    What stands in `config` or is fixed in the space has its own caveat; this is of the parameters
    that the study is silent about.
    """
    asked = Round(study, search)
    return tuple(
        sentence for arm in search.searched if (sentence := _silent(asked, arm.variant)) is not None
    )


def _silent(asked: Round, variant: str) -> str | None:
    found = _optimizer_of(asked, variant)
    if found is None:
        return None
    named = {kind_of(name) for name in asked.known} | {None}
    if Kind.BETAS in named:
        named |= {Kind.BETA1, Kind.BETA2}
    left = [knob for knob in found.knobs if not _is_named(knob, asked, named)]
    if not left:
        return None
    what = listed([f"{knob.parameter.name} ({knob.default})" for knob in left])
    verb, word = ("stays", "its default") if len(left) == 1 else ("stay", "their defaults")
    return f"{variant}: {what} of {found.title} {verb} at {word}, and no verdict says otherwise."


def _is_named(knob: Knob, asked: Round, kinds: set[Kind | None]) -> bool:
    name = knob.parameter.name
    kind = kind_of(name)
    if kind is None:
        return any(one.rpartition(".")[2] == name for one in asked.known)
    return kind in kinds or kind is Kind.LR


def _optimizer_of(asked: Round, variant: str) -> Optimizer | None:
    values = [asked.value_of(name, variant) for name in asked.names(Kind.OPTIMIZER)]
    return next((found for one in values if (found := optimizer_named(str(one)))), None)
