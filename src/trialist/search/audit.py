"""Which of the trials that a rule would cut run on, to show what cutting costs."""

from __future__ import annotations

import numpy as np

_FIRST_BLOCKS = (3, 3)


class Audit:
    """Draws the would-be cuts that are audited: a share of them, two of the first six at least.

    Would-be cuts are counted in blocks, of three at first and then of 1/share, and one of each
    block is drawn with the seed: which one, cannot depend on how well the trial does.

    Args:
        share: The share that is audited; 0 for none.
        seed: Draws them.
    """

    def __init__(self, *, share: float, seed: int) -> None:
        self._block = max(round(1 / share), 1) if share > 0 else 0
        self._rng = np.random.default_rng([seed, 1])  # not the sampler's own stream
        self._left = 0
        self._drawn = 0
        self._n_blocks = 0
        self._trials: list[int] = []

    @property
    def trials(self) -> tuple[int, ...]:
        """The trials that run on."""
        return tuple(self._trials)

    def takes(self, trial: int) -> bool:
        """Tell whether this would-be cut, the next one, is audited."""
        if not self._block:
            return False
        if not self._left:
            first = _FIRST_BLOCKS[self._n_blocks : self._n_blocks + 1]
            self._left = min((*first, self._block))
            self._drawn = int(self._rng.integers(self._left)) + 1
            self._n_blocks += 1
        is_taken = self._left == self._drawn
        self._left -= 1
        if is_taken:
            self._trials.append(trial)
        return is_taken
