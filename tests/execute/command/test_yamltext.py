import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from trialist.execute.command.yamltext import yaml_of

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="ascii", exclude_categories=("Cc",)))
)
KEYS = st.text(st.characters(codec="ascii", exclude_categories=("Cc",)), min_size=1)
CONFIGS = st.recursive(
    st.dictionaries(KEYS, SCALARS | st.lists(SCALARS, max_size=3), max_size=4),
    lambda inner: st.dictionaries(KEYS, inner | SCALARS, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("version", [(1, 1), (1, 2)])
def test_every_reader_gives_the_configuration_back(version):
    @given(CONFIGS)
    def reads_back(config):
        yaml = YAML(typ="safe", pure=True)
        yaml.version = version
        assert yaml.load(yaml_of(config)) == config

    reads_back()


def test_a_mapping_in_a_list_and_an_empty_one():
    assert yaml_of({"a": [{"b": 1e-5}], "c": {}}) == '"a": [{"b": 1.0e-05}]\n"c": {}\n'
    assert yaml_of({}) == "{}\n"
