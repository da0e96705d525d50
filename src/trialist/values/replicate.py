"""What one value of a comparison stands for, in words."""

from __future__ import annotations

from enum import StrEnum


class Replicate(StrEnum):
    """The unit that is repeated: what `n` counts."""

    SEED = "seed"
    FRESH_SEED = "fresh seed"  # a run with a seed that no search has used
    FOLD = "fold"  # of one cross-validation: folds share training examples
    SEARCH = "search"  # an independent search with its winner run again

    @property
    def plural(self) -> str:
        """Give the word for several.

        Example:
            >>> Replicate.SEED.plural, Replicate.SEARCH.plural
            ('seeds', 'searches')
        """
        return f"{self.value}{'es' if self.value.endswith('ch') else 's'}"
