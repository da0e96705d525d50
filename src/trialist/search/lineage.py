"""The schedule that a member of a population really trained with, through all that it took over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trialist.search.pbt import Exploit


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part of a training with one set of values.

    Attributes:
        member: The member in which this part was trained.
        from_step: The steps that were trained before it.
        params: The values it was trained with.
    """

    member: int
    from_step: int
    params: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Give the stage as plain data."""
        return {"member": self.member, "from_step": self.from_step, "params": dict(self.params)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Stage:
        """Give the stage back from plain data."""
        return cls(**data)


def schedule_of(
    member: int, first: Mapping[int, Mapping[str, Any]], exploits: Iterable[Exploit]
) -> tuple[Stage, ...]:
    """Give the stages that lead to a member's last state, from step 0.

    The result of population based training is this schedule, not a configuration: a run from
    step 0 that changes its values at these steps is what can be compared and confirmed.

    Args:
        member: The member, by its number.
        first: The values that each member began with.
        exploits: All that happened, in any order.

    Raises:
        KeyError: If a member of the line has no first values.

    Example:
        >>> taken = Exploit(target=1, donor=0, step=100, old={"lr": 0.5}, new={"lr": 0.12})
        >>> [(one.from_step, one.params) for one in schedule_of(1, {0: {"lr": 0.1}}, [taken])]
        [(0, {'lr': 0.1}), (100, {'lr': 0.12})]
    """
    stages: list[Stage] = []
    for exploit in sorted(exploits, key=lambda one: -one.step):
        if exploit.target != member or (stages and exploit.step >= stages[-1].from_step):
            continue
        stages.append(Stage(member=member, from_step=exploit.step, params=exploit.new))
        member = exploit.donor
    stages.append(Stage(member=member, from_step=0, params=first[member]))
    return tuple(reversed(stages))
