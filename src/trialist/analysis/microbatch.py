"""Equal parts of a batch that does not fit, so that the effective batch stays what it is."""

from __future__ import annotations

from trialist.values.errors import ConfigError


def micro_batch_for(batch_size: int, *, fits: int) -> int:
    """Give the largest divisor of a batch size that fits into memory.

    100 examples in parts of 32 are 96 where a loop makes 100 // 32 steps of them; in parts of 25
    they are 100, whoever counts, and each part weighs the same.

    Args:
        batch_size: Examples per optimizer step.
        fits: The most examples that fit into one forward and backward pass.

    Raises:
        ConfigError: If no divisor is above a quarter of what fits, such as for a prime number.

    Example:
        >>> micro_batch_for(100, fits=32), micro_batch_for(64, fits=100)
        (25, 64)
    """
    if batch_size < 1 or fits < 1:
        raise ConfigError(
            f"a batch has {batch_size} examples, and {fits} fit", todo="give 1 or more of both"
        )
    best = next(one for one in range(min(batch_size, fits), 0, -1) if batch_size % one == 0)
    if 4 * best <= min(batch_size, fits):
        near = fits * max(1, round(batch_size / fits))
        raise ConfigError(
            f"a batch of {batch_size} has no equal parts between {fits // 4 + 1} and {fits}, the "
            f"most that fit: the next are {best}",
            todo=f"take batch size {near}, in parts of {fits}; or micro_batch={fits} in "
            "`trialist.train`, which weighs a ragged last part rightly",
        )
    return best
