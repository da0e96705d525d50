from trialist.design.cures import MISSING_CURES, later_todo, type_todo, unknown_todo
from trialist.design.schema import EXPECTED, GROUPS, LATER


def test_every_later_key_has_a_cure():
    assert all(later_todo(key) for keys in LATER.values() for key in keys)
    assert later_todo("store") == "give it on the command line: --store FOLDER"


def test_a_key_in_the_wrong_group_is_sent_home():
    assert unknown_todo("", "goal") == "it belongs inside of metric: metric.goal"
    assert unknown_todo("metric", "seeds") == (
        "it stands at the top of the file, not inside of metric"
    )
    assert unknown_todo("", "zzz") == "settings of the trial belong into config: config.zzz"
    assert unknown_todo("seeds", "zzz") == "known: min, max"


def test_a_number_as_text_says_how_to_write_it():
    assert type_todo("metric.relevant", "0.1") == "remove the quotes"
    assert type_todo("metric.relevant", "0,1") == "use a decimal point"
    assert type_todo("resources.threads", "1_0") == "write it without '_'"
    assert type_todo("resources.threads", "many") == "write a whole number"


def test_every_wrong_type_has_a_cure():
    for name in EXPECTED:
        for given in (None, "x", 3, True, [], {}):
            assert type_todo(name, given)
    assert type_todo("metric.goal", "max").startswith("did you mean 'maximize'?")
    assert type_todo("paired", "init") == "write paired: [init]"


def test_required_keys_say_what_to_add():
    assert set(MISSING_CURES) == {"metric", "trial", "metric.name", "metric.goal", "test.trial"}
    assert set(GROUPS) >= {name.split(".")[0] for name in MISSING_CURES} - {"trial"}
