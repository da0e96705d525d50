"""What to do next, as a person reads it."""

from __future__ import annotations

from trialist.render.nexttext import next_text

ADOPT = {
    "step": "adopt",
    "title": "adopt adam",
    "why": "It is better.",
    "caveat": "",
    "command": "trialist adopt opt adam",
    "makes_study": False,
}
EXTEND = {
    "step": "extend_range",
    "title": "search lr from 0.1 to 1",
    "why": "At the edge.",
    "caveat": "the old trials are kept",
    "command": "trialist next opt --write FILE",
    "makes_study": True,
}


def test_the_recommended_step_comes_first_and_others_say_how_to_choose_them():
    said = next_text({"proposals": [ADOPT, EXTEND], "file": None})
    assert said.splitlines() == [
        "1. adopt adam   (recommended)",
        "   It is better.",
        "   $ trialist adopt opt adam",
        "",
        "2. search lr from 0.1 to 1",
        "   At the edge.",
        "   Mind: the old trials are kept.",
        "   $ trialist next opt --write FILE --step extend_range",
    ]


def test_what_was_written_is_said_last():
    said = next_text({"proposals": [{**EXTEND, "command": ""}], "file": "r2.yaml"})
    assert said.endswith("wrote  r2.yaml\nthen   trialist plan r2.yaml, and trialist run r2.yaml\n")
    assert "$" not in said
