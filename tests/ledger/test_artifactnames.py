"""How artifacts, versions and aliases may be called."""

import pytest

from trialist.ledger.artifactnames import checked_alias, checked_name, number_of, parts_of
from trialist.values.errors import ArtifactError


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("adapter", ("adapter", "latest")),
        ("adapter:best", ("adapter", "best")),
        ("adapter:v3", ("adapter", "v3")),
        ("adapter:", ("adapter", "latest")),
    ],
)
def test_a_reference_names_an_artifact_and_a_version(reference, parts):
    assert parts_of(reference) == parts


def test_only_v_and_digits_are_a_number():
    assert number_of("v12") == 12
    assert [number_of(one) for one in ("best", "v", "v1a", "12")] == [None] * 4


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "a b", "größe", "a:b", "../a"])
def test_a_name_that_no_folder_could_have_is_refused(name):
    with pytest.raises(ArtifactError, match="cannot be the name"):
        checked_name(name)
    assert checked_name("model-2.pt_x") == "model-2.pt_x"


@pytest.mark.parametrize(
    ("alias", "why"),
    [
        ("latest", "is given by the store alone"),
        ("v3", "is given by the store alone"),
        ("a b", "cannot be an alias"),
    ],
)
def test_an_alias_that_the_store_gives_or_nobody_could_type_is_refused(alias, why):
    with pytest.raises(ArtifactError, match=why):
        checked_alias(alias)
    assert checked_alias("prod") == "prod"
