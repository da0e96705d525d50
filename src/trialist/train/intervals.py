"""When what happens in a training."""

from __future__ import annotations

from dataclasses import dataclass

VALIDATIONS = 20
"""So many validations a run has where nobody says how often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """When what happens, in optimizer steps.

    Attributes:
        log: From one row of the curves to the next.
        validate: From one validation to the next; there is one before the first step and one at
            the end too.
        checkpoint: From one checkpoint to the next; 0: none.
    """

    log: int
    validate: int
    checkpoint: int

    @classmethod
    def of(
        cls,
        steps: int,
        *,
        log_every: int,
        val_every: int | None,
        checkpoint_every: int | None,
        is_recorded: bool,
    ) -> Intervals:
        """Give what holds where nothing is said.

        Args:
            steps: Of the whole run.
            log_every: Steps between rows.
            val_every: Steps between validations; None: 20 in the whole run.
            checkpoint_every: Steps between checkpoints; None: as validations; 0: none.
            is_recorded: False: nobody keeps checkpoints, so there are none.
        """
        validate = max(1, val_every or -(-steps // VALIDATIONS))
        checkpoint = validate if checkpoint_every is None else checkpoint_every
        return cls(
            log=max(1, log_every),
            validate=validate,
            checkpoint=checkpoint if is_recorded else 0,
        )

    def next_after(self, done: int, total: int) -> int:
        """Give the next step at which anything is to be done."""
        sizes = [one for one in (self.log, self.validate, self.checkpoint) if one]
        return min(total, *((done // size + 1) * size for size in sizes))
