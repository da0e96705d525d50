"""The four random sources of a run, each a number derived from the run's seed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from trialist.values.errors import ConfigError, near

FIELDS = {"split": "split", "order": "data", "init": "model", "train": "train"}
"""What each random source is called in a `SeedSet`, and on `run.seed`."""

SOURCES = tuple(FIELDS)
"""Random sources of a run: data split, data order, initial weights, everything while training."""


def derive_seed(base: int, source: str) -> int:
    """Give the 63-bit seed of `source` under `base`.

    The key holds the replicate, never the variant, so that equal seeds are pairs.

    References:
        BLAKE2b keyed hash, RFC 7693; the source's name is the domain tag.

    Example:
        >>> derive_seed(0, "init") == derive_seed(0, "init")
        True
    """
    key = f"trialist/1/{source}/{base}".encode()
    return int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big") >> 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedSet:
    """The seeds of one run: `base` is the replicate's number, the others are derived from it."""

    base: int
    split: int
    data: int
    model: int
    train: int

    @classmethod
    def of(
        cls, base: int, *, vary: Collection[str] = SOURCES, study: int = 0, **chosen: int
    ) -> SeedSet:
        """Derive all four from `base`; sources outside `vary` come from `study` instead.

        Args:
            base: The replicate's seed, as in the study file.
            vary: The sources that differ between replicates, a subset of `SOURCES`.
            study: The number that fixes the other sources for the whole study.
            **chosen: Any of split, data, model and train, to be taken as they are.

        Raises:
            ConfigError: If `chosen` names something else.

        Example:
            >>> SeedSet.of(7, split=3).split, SeedSet.of(7, split=3).model == SeedSet.of(7).model
            (3, True)
        """
        for name in chosen:
            if name not in FIELDS.values():
                known = list(FIELDS.values())
                raise ConfigError(f"{name!r} is no seed of a run", todo=near(name, known))
        derived = {
            field: derive_seed(base if source in vary else study, _tag(source, vary))
            for source, field in FIELDS.items()
        }
        return cls(base=base, **{**derived, **chosen})


def _tag(source: str, vary: Collection[str]) -> str:
    return source if source in vary else f"{source}/fixed"
