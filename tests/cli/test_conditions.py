import pytest

from trialist.cli.conditions import conditions_in, names_in, numbers_in
from trialist.values.errors import ConfigError


def test_a_condition_is_a_column_and_its_value():
    found = conditions_in(("split=test", " run = a=b", "empty="), option="--where")
    assert found == {"split": "test", "run": " a=b", "empty": ""}


def test_every_condition_that_is_none_is_told():
    with pytest.raises(ConfigError) as caught:
        conditions_in(("split", "=x", "a=1", "a=1", "a=2"), option="--where")
    assert [one.where for one in caught.value.mistakes] == [
        "--where split",
        "--where =x",
        "--where a=2",
    ]


def test_names_stand_between_commas():
    assert names_in(" a,b c, ,d") == ("a", "b c", "d")
    assert names_in("") == names_in(None) == ()


def test_whole_numbers_stand_between_commas():
    assert numbers_in("5, 8,12", option="--looks") == (5, 8, 12)
    assert numbers_in(None, option="--looks") == ()
    with pytest.raises(ConfigError, match="no list of whole numbers"):
        numbers_in("5,x", option="--looks")
