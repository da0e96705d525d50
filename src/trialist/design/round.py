"""A round as it is planned: what is asked about, and what each variant is tuned over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from trialist.design.document import Keys, dotted
from trialist.design.hyperparameters import Kind, kind_of
from trialist.design.merge import changed_keys, merged, value_at
from trialist.values.searchplan import SearchPlan
from trialist.values.space import Arm, Parameter, Role
from trialist.values.study import Config, Study


@dataclass(frozen=True)  # no slots: it caches what is asked again and again
class Round:
    """What is asked, and what each variant is tuned over.

    Attributes:
        study: As it was written.
        search: The searches that it makes.
    """

    study: Study
    search: SearchPlan

    @cached_property
    def scientific(self) -> Mapping[str, Mapping[str, Any]]:
        """What is asked about, by its name: its value in each variant; empty where it is sampled.

        Of variants that the study names itself it is what differs between them.
        """
        found: dict[str, dict[str, Any]] = {}
        for arm in self.search.arms:
            for name, value in arm.given.items():
                found.setdefault(name, {})[arm.variant] = value
            for parameter in arm.parameters:
                if parameter.role is Role.SCIENTIFIC:
                    found.setdefault(parameter.name, {})
        for name in self._named_changes():
            found.setdefault(
                name,
                {arm.variant: self.value_of(name, arm.variant) for arm in self.search.arms},
            )
        return found

    @cached_property
    def known(self) -> frozenset[str]:
        """Every name that the configuration or the space has, dotted."""
        searched = {one.name for arm in self.search.arms for one in arm.parameters}
        return frozenset({*_leaves(self.study.config), *self.study.space, *searched})

    def arms_about(self, name: str) -> tuple[Arm, ...]:
        """Give the arms that have or sample what is asked about; others are only beside them."""
        named = self.scientific.get(name, {})
        return tuple(
            arm
            for arm in self.search.arms
            if arm.variant in named or any(one.name == name for one in arm.parameters)
        )

    def scientific_of(self, *kinds: Kind) -> tuple[str, ...]:
        """Give the names of what is asked about that are of one of these kinds."""
        return tuple(name for name in self.scientific if kind_of(name) in kinds)

    def tuned(self, arm: Arm, *kinds: Kind) -> tuple[Parameter, ...]:
        """Give the nuisance parameters of an arm that are of one of these kinds."""
        return tuple(
            one
            for one in arm.parameters
            if one.role is Role.NUISANCE and kind_of(one.name) in kinds
        )

    def value_of(self, name: str, variant: str) -> Any:
        """Give the value that a variant has where it is not searched; None where it has none."""
        given = self.search.arm(variant).given
        if name in given:
            return given[name]
        config = merged(self.study.config, self.study.variants.get(variant, {}))
        declared = self.study.space.get(name)
        held = declared.get("fixed") if isinstance(declared, Mapping) else None
        return _at(config, name) if held is None else held

    def has(self, name: str, variant: str) -> bool:
        """Tell whether a variant has a value of this name where it is not searched."""
        given = self.search.arm(variant).given
        config = merged(self.study.config, self.study.variants.get(variant, {}))
        return name in given or name in set(_leaves(config)) or _at(config, name) is not None

    def fixed(self, variant: str, kind: Kind) -> tuple[tuple[str, Any], ...]:
        """Give what a variant has of this kind that it is not tuned over, with its value."""
        arm = self.search.arm(variant)
        searched = {one.name for one in arm.parameters}
        names = [*self.known, *arm.given]
        return tuple(
            (name, value)
            for name in sorted({*names} - searched)
            if kind_of(name) is kind and (value := self.value_of(name, variant)) is not None
        )

    def names(self, *kinds: Kind) -> tuple[str, ...]:
        """Give all known names of these kinds, in order of the alphabet."""
        return tuple(name for name in sorted(self.known) if kind_of(name) in kinds)

    def parameters(self, *kinds: Kind) -> tuple[Parameter, ...]:
        """Give the searched parameters of these kinds; one that arms have in common is one."""
        found: dict[tuple[str, str], Parameter] = {}
        for arm in self.search.arms:
            for one in arm.parameters:
                if kind_of(one.name) in kinds:
                    found.setdefault((one.name, one.shown), one)
        return tuple(found.values())

    def _named_changes(self) -> Iterator[str]:
        config = self.study.config
        for change in self.study.variants.values():
            for way in changed_keys(config, merged(config, change)):
                yield from _below(way, change)


def _below(way: Keys, change: Config) -> Iterator[str]:
    """Give the names of all values under a way; a mapping is no value."""
    value = value_at(change, way)
    if isinstance(value, Mapping) and value:
        yield from (f"{dotted(way)}.{name}" for name in _leaves(value))
    else:
        yield dotted(way)


def _leaves(config: Config) -> Iterator[str]:
    for name, value in config.items():
        if isinstance(value, Mapping) and value:
            yield from (f"{name}.{inner}" for inner in _leaves(value))
        else:
            yield str(name)


def _at(config: Config, name: str) -> Any:
    try:
        return value_at(config, tuple(name.split(".")))
    except KeyError:
        return None
