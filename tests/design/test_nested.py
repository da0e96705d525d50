from trialist.design.nested import ABSENT, found_at, way_of, with_values


def test_dots_lead_into_nested_mappings():
    config = {"opt": {"sgd": {"lr": 0.1}}}
    assert found_at(config, "opt.sgd.lr") == 0.1
    assert with_values(config, {"opt.sgd.lr": 1, "opt.name": "sgd"}) == {
        "opt": {"sgd": {"lr": 1}, "name": "sgd"}
    }
    assert config == {"opt": {"sgd": {"lr": 0.1}}}


def test_a_key_may_itself_hold_dots():
    config = {"opt.lr": 1, "a": {"b.c": 2}}
    assert way_of(config, "a.b.c") == ("a", "b.c")
    assert found_at(config, "opt.lr") == 1
    assert with_values(config, {"a.b.c": 3})["a"] == {"b.c": 3}


def test_what_is_not_there_is_made():
    assert with_values({}, {"opt.lr": 0.1}) == {"opt": {"lr": 0.1}}
    assert with_values({"opt": None}, {"opt.lr": 0.1}) == {"opt": {"lr": 0.1}}
    assert found_at({"lr": 0.1}, "lr.decay") is ABSENT
    assert found_at({"lr": None}, "lr") is None


def test_lists_are_written_as_lists():
    assert with_values({}, {"layers": (64, 32)}) == {"layers": [64, 32]}
