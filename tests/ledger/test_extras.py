"""A library that is missing is named with what installs it."""

import json

import pytest

from trialist.ledger.extras import load_extra
from trialist.values.errors import MissingExtraError


def test_a_library_that_is_there_is_given():
    assert load_extra("data", "json") is json


def test_a_library_that_is_missing_names_its_extra():
    with pytest.raises(MissingExtraError, match="needs no_such_library") as caught:
        load_extra("data", "no_such_library")
    assert caught.value.mistakes[0].todo == "pip install 'trialist[data]'"
