import pytest

from trialist.design.document import Document, dotted


@pytest.mark.parametrize(
    ("keys", "text"),
    [((), ""), (("a",), "a"), (("a", "b", 2), "a.b[2]"), (("paired", 0, "x"), "paired[0].x")],
)
def test_writes_ways_as_a_person_does(keys, text):
    assert dotted(keys) == text


def test_what_is_missing_stands_at_the_nearest_thing_around_it():
    document = Document(
        name="s.yaml",
        data={},
        values={(): "s.yaml:1:1", ("metric",): "s.yaml:2:9"},
        keys={("metric",): "s.yaml:2:1"},
    )
    assert document.place(("metric", "goal")) == "s.yaml:2:9"
    assert document.place(("seeds", "max")) == "s.yaml:1:1"
    assert document.place_of_key(("metric",)) == "s.yaml:2:1"
    assert document.place_of_key(("metric", "goal")) == "s.yaml:2:9"


def test_a_document_without_places_still_has_a_name():
    assert Document(name="s.yaml", data=None, values={}, keys={}).place(("a",)) == "s.yaml"
