"""The variants that a study names or makes by leaving components out, as plain data."""

from __future__ import annotations

import math
import numbers
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from trialist.design.ablation import Ablation, ablation_of, targets_of
from trialist.design.document import Keys, dotted
from trialist.design.hints import hint
from trialist.design.merge import unknown_keys, value_at
from trialist.values.errors import ConfigError, Mistake
from trialist.values.study import Config, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What each variant changes in the configuration.

    Attributes:
        changes: By variant, in order; those that an ablation makes come first.
        named: Those that the study names.
        components: The key that each ablated variant leaves out.
    """

    changes: Mapping[str, Config]
    named: Mapping[str, Config]
    components: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """The variants of a plan.

    Attributes:
        configs: The configuration of each, in order; of a search, that which each begins with:
            what is searched keeps the value of `config`, or is absent.
        baseline: The variant that the others are compared with.
        components: The key that each ablated variant leaves out.
    """

    configs: Mapping[str, Config]
    baseline: str
    components: Mapping[str, str] = field(default_factory=dict)


def changes_of(study: Study, config: Config) -> Changes:
    """Give what each variant of a study changes in its configuration.

    Raises:
        ConfigError: If an ablation cannot be made, or something cannot be written down.
    """
    ablation = _ablation(study, config)
    named = {name: plain_config(study.variants.get(name, {}), ("variants", name))
             for name in study.variant_names}  # fmt: skip
    return Changes(
        changes={**ablation.changes, **named}, named=named, components=ablation.components
    )


def refuse_unknown_keys(
    config: Config, changes: Mapping[str, Config], searched: Collection[str] = ()
) -> None:
    """Refuse variants that change what the configuration does not have.

    Args:
        config: The configuration.
        changes: What each variant changes in it.
        searched: The dotted names of a space, which need not be in the configuration.

    Raises:
        ConfigError: With every such key.
    """
    mistakes = []
    for name, change in changes.items():
        for way in unknown_keys(config, change):
            if dotted(way) in searched:
                continue
            around = value_at(config, way[:-1])
            todo = f"put its baseline value into config, such as {{{way[-1]!r}: ...}}"
            mistakes.append(
                Mistake(
                    message=f"variant {name}: '{dotted(way)}' is not a key of config",
                    todo=hint(str(way[-1]), tuple(around), nothing=todo),
                )
            )
    if mistakes:
        raise ConfigError.of(mistakes)


def plain_config(value: Config, keys: Keys = ("config",)) -> Config:
    """Give a configuration as JSON can carry it, so that a plan read back equals the one made.

    Raises:
        ConfigError: If it holds something that cannot be written down.
    """
    plain: Config = _plain(value, keys)
    return plain


def _ablation(study: Study, config: Config) -> Ablation:
    """Give the variants that `ablate` makes; none where the study has none."""
    if not study.ablate:
        return Ablation(changes={}, components={}, problems=())
    given = study.ablate
    plain = _plain(given, ("ablate",)) if isinstance(given, Mapping) else given
    made = ablation_of(config, targets_of(plain), variants=study.variants, baseline=study.baseline)
    if made.problems:
        raise ConfigError.of([Mistake(message=one.message, todo=one.todo) for one in made.problems])
    return made


def _plain(value: Any, keys: Keys) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Mapping):
        return {_key(key, keys): _plain(inner, (*keys, str(key))) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, (*keys, place)) for place, inner in enumerate(value)]
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real) and math.isfinite(value):
        return float(value)
    raise ConfigError(
        f"{dotted(keys)} is {_named(value)}, which cannot be written down",
        todo="a configuration holds finite numbers, text, true, false, null, lists and mappings",
    )


def _key(key: object, keys: Keys) -> str:
    if isinstance(key, str):
        return key
    raise ConfigError(f"{dotted(keys)} has the key {key!r}, which is not text", todo="use text")


def _named(value: object) -> str:
    return f"{value}" if isinstance(value, numbers.Real) else f"of type {type(value).__name__}"
