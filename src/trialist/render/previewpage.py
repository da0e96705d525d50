"""Examples before and after augmentation, as one page that needs nothing else."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from trialist.render.cells import visible
from trialist.render.html import whole_page
from trialist.render.markup import Markup, el
from trialist.render.sections.page import paragraph
from trialist.values.picture import Picture
from trialist.values.previewed import Example, Previewed


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewShown:
    """What a preview is of.

    Attributes:
        study: The study's name.
        variant: The variant's.
        seed: The replicate's number.
        epochs: How often each example is shown changed.
        found: The pictures.
    """

    study: str
    variant: str
    seed: int
    epochs: int
    found: Previewed


def preview_html(shown: PreviewShown) -> str:
    """Give the page: what the training does, then a row per example."""
    found = shown.found
    first = found.examples[0].pictures[0][0]
    title = visible(f"{shown.study}: training examples before and after augmentation")
    parts = [
        el("h1", title),
        paragraph(preview_sentence(shown), class_="verdict"),
        paragraph(_setup(shown), class_="setup"),
        *(paragraph(visible(note), class_="note") for note in found.notes),
        el("div", _table(found, width=first.width * found.times), class_="scroll", tabindex="0"),
        paragraph(_what(shown), class_="note"),
    ]
    return whole_page(title, parts)


def preview_sentence(shown: PreviewShown) -> str:
    """Give what this training does to its examples, in one sentence."""
    variant = visible(shown.variant)
    if shown.found.own is None:
        return f"{variant} trains on its examples as they are."
    return f"{variant} trains on what stands under '{visible(shown.found.own)}'."


def _setup(shown: PreviewShown) -> str:
    n = len(shown.found.examples)
    what = "the first example" if n == 1 else f"the first {n} examples"
    return f"{visible(shown.variant)}, seed {shown.seed}: {what} of the first batch"


def _what(shown: PreviewShown) -> str:
    times = "once" if shown.epochs == 1 else f"in each of {shown.epochs} epochs"
    return (
        f"Each example is shown as it is, and changed {times}. A label that a person would not "
        "give to a changed picture is a reason for a weaker augmentation. Validation examples are "
        "never changed."
    )


def _table(found: Previewed, *, width: int) -> Markup:
    titles = ("example", *map(visible, found.columns))
    head = el("tr", [el("th", title, scope="col", class_="text") for title in titles])
    rows = [el("tr", list(_cells(found, one, width))) for one in found.examples]
    return el("table", el("thead", head), el("tbody", rows))


def _cells(found: Previewed, example: Example, width: int) -> Iterator[Markup]:
    label = "" if example.label is None else f", label {visible(example.label)}"
    yield el("td", f"{example.number}{label}", class_="text")
    for name, pictures in zip(found.columns, example.pictures, strict=True):
        yield el("td", [
            _image(picture, width, f"example {example.number}, {visible(name)}")
            for picture in pictures
        ])  # fmt: skip


def _image(picture: Picture, width: int, words: str) -> Markup:
    data = base64.b64encode(picture.png()).decode("ascii")
    return el(
        "img",
        src=f"data:image/png;base64,{data}",
        alt=words,
        width=str(width),
        height=str(round(width * picture.height / picture.width)),
        style="image-rendering:pixelated;margin-right:4px",
    )
