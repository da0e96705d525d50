"""What was adopted, as a person reads it."""

from __future__ import annotations

from trialist.render.adopttext import adopted_text, history_text

ROUND = {
    "round": 2,
    "study": "opt",
    "variant": "adam",
    "changes": [
        {"key": "lr", "before": 0.1, "after": 0.003},
        {"key": "beta", "after": 0.9},
        {"key": "old", "before": 1},
    ],
    "decision": "adopt",
    "learned": "adam helps.",
    "reason": None,
    "source": "the variant adam",
    "by": "me@here",
    "time": 0.0,
    "estimate": 0.0104,
    "interval": [0.0045, 0.0163],
    "validated": True,
    "validation": {"study": "opt", "n": 5, "mean": 0.961, "interval": None, "enough": True},
    "study_is_gone": False,
}
FOUND = {
    "study": "opt",
    "variant": "adam",
    "new": True,
    "file": "baseline.yaml",
    "adoption": {"decision": "adopt", "sentence": "**ADOPT adam:** it is better than sgd."},
    "round": ROUND,
    "rounds": 2,
}


def test_an_adoption_says_what_changed_and_what_is_next():
    assert adopted_text(FOUND).splitlines() == [
        "ADOPT adam: it is better than sgd.",
        "",
        "changed  lr 0.1 -> 0.003, beta 0.9 (new), old 1 (gone)",
        "round    2, from the variant adam of opt",
        "seeds    5 fresh seeds of exactly this configuration: validated",
        "wrote    baseline.yaml   (`include:` it in the next study)",
        "next     trialist next opt",
    ]


def test_an_adoption_against_the_rule_says_the_reason():
    made = {**ROUND, "decision": "reject", "reason": "simpler", "validation": None,
            "validated": False, "changes": []}  # fmt: skip
    adoption = {"decision": "reject", "sentence": "**REJECT adam:** it is worse."}
    said = adopted_text({**FOUND, "adoption": adoption, "round": made})
    assert "adam is adopted all the same, for the reason that was given." in said
    assert "reason   simpler" in said
    assert "seeds    0 fresh seeds of exactly this configuration; a validation asks for 5" in said
    assert "changed  nothing: the configuration is the one before" in said


def test_a_second_adoption_says_that_it_is_none():
    said = adopted_text({**FOUND, "new": False})
    assert said.startswith("adam is adopted already (round 2).")
    assert "file     baseline.yaml" in said


def test_many_changes_are_counted():
    changes = [{"key": f"k{n}", "after": n} for n in range(10)]
    assert "and 2 more" in adopted_text({**FOUND, "round": {**ROUND, "changes": changes}})


def test_the_history_is_a_table_with_what_every_round_showed():
    open_round = {**ROUND, "round": 3, "validation": None, "validated": False, "interval": None,
                  "decision": "not_comparable", "reason": "we know",
                  "study_is_gone": True}  # fmt: skip
    open_round["before"] = [{"study": "first", "learned": "At the edge."}]
    history = {"trial": "t.py:f", "metric": "val/accuracy", "rounds": [ROUND, open_round]}
    said = history_text([history])
    assert "t.py:f by val/accuracy   2 rounds" in said
    assert "2       opt          adam      +1.04 [+0.45, +1.63]   5             96.10" in said
    assert "3       opt (gone)   adam      not known              0" in said
    assert "2. adam helps.\n   changed  lr 0.1 -> 0.003" in said
    assert "adopted against the rule, which said not comparable: we know" in said
    assert "open     not validated on fresh seeds yet" in said
    assert "3. adam helps.\n   after    first: At the edge.\n" in said


def test_a_store_without_adoptions_says_how_to_begin():
    assert "trialist adopt STUDY VARIANT" in history_text([])
