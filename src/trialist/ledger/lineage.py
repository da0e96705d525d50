"""The plans of a study whose plan was amended, and how the runs of each stand under the last."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from trialist.design.amendment import Standing, codes_of, standing
from trialist.ledger.atomic import write_atomic
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.store import read_plan
from trialist.values.canonical import canonical_json
from trialist.values.errors import LedgerError, TrialistError
from trialist.values.plan import Plan

_HASH_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """A plan with those that it took the place of.

    Attributes:
        plan: The plan that runs are asked about.
        plans: Every plan of the study by its hash, oldest first, with `plan` among them.
        codes: The code of each plan's runs, by its hash.
    """

    plan: Plan
    plans: Mapping[str, Plan]
    codes: Mapping[str, str] = field(default_factory=dict)
    _hash: str = field(init=False, repr=False, compare=False)
    _known: dict[tuple[str, str], Standing] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", self.plan.hash)  # asked for every attempt

    def standing(self, plan_hash: str | None, variant: str) -> Standing | None:
        """Give how a run that was made under a plan stands; None for a plan that is not ours."""
        if plan_hash == self._hash:
            return Standing.COUNTS
        if plan_hash is None or plan_hash not in self.plans:
            return None
        key = (plan_hash, variant)
        if key not in self._known:  # asked for every attempt
            earlier = self.plans[plan_hash]
            self._known[key] = standing(earlier, self.plan, variant, codes=self.codes)
        return self._known[key]

    def takes(self, plan_hash: str | None, variant: str, *, has_result: bool) -> bool:
        """Tell whether an attempt made under a plan counts; of other code, only its result does.

        A run that failed is tried again where the code was changed, declared equal or not.
        """
        if self.standing(plan_hash, variant) not in (Standing.COUNTS, Standing.OTHER_CODE):
            return False
        same = plan_hash == self._hash or self.plans[str(plan_hash)].code == self.plan.code
        return same or has_result

    @property
    def equals(self) -> frozenset[str]:
        """The hashes of the plans that ask for the very same runs, and searched in the same way."""
        return frozenset(
            plan_hash
            for plan_hash in self.plans
            if all(
                self.standing(plan_hash, variant.name) is Standing.COUNTS
                for variant in self.plan.variants
            )
        )

    def other_code(self, plan_hash: str | None) -> str | None:
        """Give the code of a plan's runs where it is not that of the last plan; else None."""
        if plan_hash is None or plan_hash == self._hash:
            return None
        code = self.codes[plan_hash]
        return None if code == self.codes[self._hash] else code


def lineage_of(folder: StudyFolder, plan: Plan, history: History) -> Lineage:
    """Give the plans that `plan` took the place of, as the log tells and the folder keeps them.

    Raises:
        LedgerError: If an earlier plan is missing, or is not the one that was registered.
    """
    amendments = history.amendments
    if not amendments or amendments[-1].after != plan.hash:
        return Lineage(plan=plan, plans={plan.hash: plan})
    hashes = dict.fromkeys([amendments[0].before, *(one.after for one in amendments)])
    plans = {one: plan if one == plan.hash else earlier_plan(folder, one) for one in hashes}
    return Lineage(plan=plan, plans=plans, codes=codes_of(tuple(plans.values()), amendments))


def registered_plan(folder: StudyFolder, history: History) -> Plan:
    """Give the plan that the log says is registered.

    It is plan.json, but where an amendment was cut short: then that holds the next one already.
    """
    found, wanted = read_plan(folder), history.plan_hash
    if wanted is None or found.hash == wanted or not _kept(folder, wanted).exists():
        return found
    return earlier_plan(folder, wanted)


def earlier_plan(folder: StudyFolder, plan_hash: str) -> Plan:
    """Give the plan with this hash, from plan.json or from `plans/`.

    Raises:
        LedgerError: If it is missing, or is not the one that was registered.
    """
    path = _kept(folder, plan_hash)
    if not path.exists():
        found = read_plan(folder)
        if found.hash == plan_hash:
            return found
    try:
        plan = Plan.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, TrialistError) as error:
        raise LedgerError(
            f"an earlier plan of {folder.name} cannot be read ({error.__class__.__name__})",
            where=str(path),
            todo="restore it: runs that were made under it are judged by it",
        ) from error
    if plan.hash != plan_hash:
        raise LedgerError(
            f"an earlier plan of {folder.name} has hash {plan.hash[:19]}, registered was "
            f"{plan_hash[:19]}",
            where=str(path),
            todo="restore it: runs that were made under it are judged by it",
        )
    return plan


def keep_plan(folder: StudyFolder, plan: Plan) -> None:
    """Keep a plan, and the study file that it came from, before another takes its place."""
    path = _kept(folder, plan.hash)
    path.parent.mkdir(exist_ok=True)
    study = path.with_suffix(".yaml")
    # Whoever was killed after this may have written the next study file already.
    if folder.study_file.exists() and not study.exists():
        write_atomic(study, folder.study_file.read_text(encoding="utf-8"))
    text = canonical_json(plan.to_dict()) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_atomic(path, text)


def _kept(folder: StudyFolder, plan_hash: str) -> Path:
    return folder.plans / f"{plan_hash.removeprefix('sha256:')[:_HASH_DIGITS]}.json"
