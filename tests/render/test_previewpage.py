"""The page of a preview: every picture, what the training does, and nothing from outside."""

import base64
import re

from trialist.render.previewpage import PreviewShown, preview_html
from trialist.values.picture import Picture
from trialist.values.previewed import Example, Previewed


def shown(*, own="weak", notes=(), study="pets"):
    def one(value):
        return Picture(width=2, height=1, rgb=bytes([value] * 6))

    found = Previewed(
        columns=("original", "weak"),
        own=own,
        notes=notes,
        examples=(Example(number=3, label="cat", pictures=((one(1),), (one(2), one(3)))),),
    )
    return PreviewShown(study=study, variant="full", seed=4, epochs=2, found=found)


def test_every_picture_is_on_the_page():
    page = preview_html(shown())
    found = re.findall(r'src="data:image/png;base64,([^"]+)"', page)
    assert [base64.b64decode(one) for one in found] == [
        Picture(width=2, height=1, rgb=bytes([value] * 6)).png() for value in (1, 2, 3)
    ]
    assert page.count("image-rendering:pixelated") == 3
    assert 'width="96" height="48"' in page


def test_the_answer_comes_first():
    page = preview_html(shown())
    assert page.index("full trains on what stands under") < page.index("<table")
    assert "3, label cat" in page
    assert "full trains on its examples as they are." in preview_html(shown(own=None))


def test_notes_are_said_and_names_are_escaped():
    page = preview_html(shown(notes=("Stretched.",), study="<b>"))
    assert "Stretched." in page
    assert "<b>" not in page


def test_nothing_is_loaded_from_outside():
    page = preview_html(shown())
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?!data:)', page)
