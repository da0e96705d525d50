"""A run without a record: what `fit` trains with where nobody keeps its numbers."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from trialist.values.seeds import SeedSet


class Alone:
    """Answers a training loop, and keeps nothing.

    Args:
        seed: What the run's random sources are derived from.
    """

    def __init__(self, seed: int) -> None:
        self.seed = SeedSet.of(seed)

    def log(self, values: Mapping[str, Any], *, step: int | None = None) -> None:
        """Keep nothing: the history of the fit has it."""

    def system(self, values: Mapping[str, float]) -> None:
        """Keep nothing: the fit has its share of waiting."""

    def finding(self, message: str) -> None:
        """Tell the log of the program."""
        logging.getLogger("trialist").warning(message)

    def should_stop(self) -> bool:
        """Never: nobody asks for it."""
        return False

    def checkpoint(self, state: Any, *, step: int | None = None) -> None:
        """Keep nothing."""

    def restore(self) -> Any:
        """Give None: there is nothing to go on from."""

    def predictions(self, split: str, ids: Any, y_true: Any, y_pred: Any) -> None:
        """Keep nothing."""
