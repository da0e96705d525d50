"""The parameters of a sweep, nested ones too."""

from trialist.design.sweepspace import read_parameters
from trialist.design.yamlnodes import parse_leniently


def read(text, method="random"):
    return read_parameters(parse_leniently(text, "s"), method=method)


def test_nested_parameters_have_dotted_names_in_order():
    found = read(
        "parameters:\n"
        "  z: {values: [1, 2]}\n"
        "  opt: {parameters: {lr: {min: 0.1, max: 1.0}, name: {value: sgd}, "
        "deep: {parameters: {a: {values: [x, y]}}}}}\n"
    )
    assert list(found.entries) == ["opt.deep.a", "opt.lr", "z"]
    assert found.constants == {"opt": {"name": "sgd"}}
    assert found.places["opt.lr"] == ("parameters", "opt", "parameters", "lr")


def test_a_name_with_a_dot_stays_a_key_of_its_own():
    found = read("parameters:\n  opt.lr: {min: 0.1, max: 1.0}\n  opt.name: {value: sgd}\n")
    assert found.constants == {"opt.lr": None, "opt.name": "sgd"}
    assert list(found.entries) == ["opt.lr"]


def test_a_seed_is_given_and_never_searched():
    found = read("parameters:\n  seed: {values: [1, 2, 3]}\n  lr: {values: [1, 2]}\n")
    assert (found.seed_name, found.n_seeds) == ("seed", 3)
    assert found.constants == {"seed": "{seed}"}
    assert list(found.entries) == ["lr"]
    found = read("parameters:\n  a: {parameters: {random_seed: {value: 1}}}\n  b: {values: [1, 2]}")
    assert (found.seed_name, found.n_seeds) == ("a.random_seed", 1)
    assert found.constants == {"a": {"random_seed": "{seed}"}}


def test_wrong_parameters_are_told_with_their_places():
    found = read(
        "parameters:\n"
        "  a b: {value: 1}\n"
        "  c: {parameters: {d: {value: 1}}}\n"
        "  c.d: {value: 2}\n"
        "  e: 5\n"
        "  f: {parameters: {}}\n"
        "  g: {parameters: {h: {min: 1}}, value: 3}\n"
    )
    assert [(one.message, one.where) for one in found.mistakes] == [
        ("the parameter's name 'a b' is not taken by W&B", "s:2:3"),
        ("c.d is there twice: nested, and with a dot in its name", "s:4:3"),
        ("parameters.e is 5, expected a mapping", "s:5:6"),
        ("'parameters' is not a key of a sweep's parameter", "s:6:7"),
        ("'parameters' is not a key of a sweep's parameter", "s:7:7"),
    ]


def test_parameters_that_are_none_are_told():
    assert [one.message for one in read("method: grid").mistakes] == ["the sweep has no parameters"]
    assert [one.message for one in read("parameters: [1]").mistakes] == ["parameters is a list"]
    (mistake,) = read("parameters: {a: {value: 1}}").mistakes
    assert mistake.message == "every parameter is constant: there is nothing to search"
