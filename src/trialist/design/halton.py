"""Points that fill the unit cube evenly, however many are taken: the scrambled Halton sequence."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from math import ceil, log2

_BITS = 54
"""A digit beyond these many bits is below the precision of a point."""

MOST_DIMENSIONS = 50


def halton_points(
    n: int, d: int, *, seed: int, replicate: int = 0, start: int = 0
) -> tuple[tuple[float, ...], ...]:
    """Give `n` points of a scrambled Halton sequence in `d` dimensions, from the number `start` on.

    More points continue the same sequence, and the first coordinates do not depend on how many
    there are. Two replicates are independent of each other. Each digit of a coordinate goes
    through a permutation of its own, drawn by a keyed hash: equal arguments give the same points
    on every machine and with every version of every library.

    Args:
        n: How many points.
        d: Coordinates of a point, 50 at most.
        seed: The plan's number.
        replicate: The search.
        start: The number of the first point.

    Raises:
        ValueError: If there are more than 50 dimensions.

    References:
        Halton (1960); Owen (2017), "A randomized Halton algorithm in R", section 3 (a random
        permutation for each digit).

    Example:
        >>> halton_points(3, 2, seed=0)[:2] == halton_points(2, 2, seed=0)
        True
    """
    if d > MOST_DIMENSIONS:
        raise ValueError(f"{d} dimensions are more than {MOST_DIMENSIONS}")
    columns = [_column(n, place, seed, replicate, start) for place in range(d)]
    return tuple(zip(*columns, strict=True)) if d else ((),) * n


def random_points(
    n: int, d: int, *, seed: int, replicate: int = 0, start: int = 0
) -> tuple[tuple[float, ...], ...]:
    """Give `n` independent uniform points in `d` dimensions, by a keyed hash, from `start` on."""
    return tuple(
        tuple(_unit(f"random/{seed}/{replicate}/{number}/{place}") for place in range(d))
        for number in range(start, start + n)
    )


def _column(n: int, place: int, seed: int, replicate: int, start: int) -> tuple[float, ...]:
    tables = permutations(place, seed, replicate)
    base = len(tables[0])
    return tuple(_inverse(number, base, tables) for number in range(start, start + n))


def _inverse(number: int, base: int, tables: Sequence[Sequence[int]]) -> float:
    """Give the digits of a number mirrored at the point, each one permuted."""
    value, weight = 0.0, 1.0
    for table in tables:
        number, digit = divmod(number, base)
        weight /= base
        value += table[digit] * weight
    return min(value, 1.0 - 2.0**-53)


@lru_cache(maxsize=256)
def permutations(place: int, seed: int, replicate: int) -> tuple[tuple[int, ...], ...]:
    """Give the permutation of every digit of one coordinate."""
    base = _primes()[place]
    n_digits = ceil(_BITS / log2(base))
    return tuple(_permuted(base, f"{seed}/{replicate}/{place}/{at}") for at in range(n_digits))


def _permuted(base: int, key: str) -> tuple[int, ...]:
    keys = [_unit(f"halton/{key}/{digit}") for digit in range(base)]
    return tuple(sorted(range(base), key=lambda digit: (keys[digit], digit)))


def _unit(key: str) -> float:
    digest = hashlib.blake2b(f"trialist/1/{key}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) * 2.0**-53


@lru_cache(maxsize=1)
def _primes() -> tuple[int, ...]:
    found: list[int] = []
    candidate = 2
    while len(found) < MOST_DIMENSIONS:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return tuple(found)
