"""Examples before and after augmentation: what a person looks at before a training begins."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trialist.values.picture import Picture, grid

ORIGINAL = "original"
_SHOWN_WIDTH = 96
"""About so wide a picture is shown, in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One training example, as it is and as trainings see it.

    Attributes:
        number: Its number in the training data.
        label: What it is of; None where the data do not say.
        pictures: One per column of the preview; each has one per epoch that is shown.
    """

    number: int
    label: str | None
    pictures: tuple[tuple[Picture, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """Examples with the same augmentations, side by side.

    Attributes:
        columns: "original" and the names of the augmentations.
        examples: The first ones of the first batch of the training.
        own: The column that shows what the training is given; None where that is the original.
        notes: What limits the preview, as sentences.
    """

    columns: tuple[str, ...]
    examples: tuple[Example, ...]
    own: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def times(self) -> int:
        """How many times a picture is enlarged, to be seen."""
        return max(1, _SHOWN_WIDTH // self.examples[0].pictures[0][0].width)

    def png(self) -> bytes:
        """Give all of it as one PNG file: a row per example, columns from left to right."""
        rows = [
            [one.enlarged(self.times) for column in example.pictures for one in column]
            for example in self.examples
        ]
        return grid(rows, gap=4).png()

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data, for another process."""
        first = self.examples[0].pictures[0][0]
        return {
            "columns": list(self.columns),
            "own": self.own,
            "size": [first.width, first.height],
            "notes": list(self.notes),
            "examples": [
                {
                    "number": one.number,
                    "label": one.label,
                    "pictures": [[_text(picture) for picture in part] for part in one.pictures],
                }
                for one in self.examples
            ],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Previewed:
        """Give it back from plain data."""
        width, height = data["size"]
        return cls(
            columns=tuple(data["columns"]),
            own=data["own"],
            notes=tuple(data["notes"]),
            examples=tuple(
                Example(
                    number=one["number"],
                    label=one["label"],
                    pictures=tuple(
                        tuple(
                            Picture(width=width, height=height, rgb=base64.b64decode(text))
                            for text in part
                        )
                        for part in one["pictures"]
                    ),
                )
                for one in data["examples"]
            ),
        )


def _text(picture: Picture) -> str:
    return base64.b64encode(picture.rgb).decode("ascii")
