"""The artifacts of a store in a terminal."""

import pytest

from trialist.render.artifacttext import artifacts_text, history_text
from trialist.render.style import TextStyle

ONE = {
    "name": "net",
    "type": "model",
    "latest": 9,
    "versions": 10,
    "aliases": {"latest": 9, "best": 1, "prod": 9},
    "files": 1,
    "bytes": 5173,
    "made_by": "digits/wide/seed-3",
}


@pytest.fixture
def style():
    return TextStyle(width=60)


def test_a_line_says_version_aliases_size_and_maker(style):
    head, line = artifacts_text([ONE], style=style).splitlines()
    assert head.split() == ["artifact", "version", "aliases", "size", "made", "by"]
    assert line == "net        v9        best v1, prod   5.1 KiB   digits/wide/seed-3"


def test_an_empty_store_says_how_it_is_filled(style):
    assert "run.artifact(path)" in artifacts_text([], style=style)


def test_a_history_has_lineage_and_moves(style):
    version = {
        "version": 0,
        "sha256": "ab" * 32,
        "metric": "val/accuracy",
        "value": 0.75,
        "bytes": 900,
        "time": 0.0,
        "made_by": ["a/wide/seed-0"],
        "used_by": [f"a/wide/seed-{k}" for k in range(5)],
    }
    moves = [{"alias": "latest", "from": None, "to": 0, "who": "me@here", "time": 0.0}]
    moves.append({"alias": "prod", "from": 1, "to": 0, "who": "me\x1b@here", "time": 0.0})
    history = {"name": "net", "aliases": {"latest": 0}, "versions": [version], "moves": moves}
    text = history_text(history, style=style)
    assert "val/accuracy 0.75  900 B  abababababab  latest" in text
    assert "    made by a/wide/seed-0\n" in text
    assert "seed-2 and 2 more" in " ".join(text.split())
    assert "latest to v0 (new), by me@here" in text
    assert "prod to v0 (from v1), by me\N{REPLACEMENT CHARACTER}@here" in text
    bare = {**history, "versions": [{**version, "value": None, "used_by": []}]}
    assert "used by" not in history_text(bare, style=style)
