import ast

import pytest

from trialist.lab.scriptoptions import Option
from trialist.lab.scriptseeds import seed_option, seeds_of


def option(name):
    return Option(name=name, default=0, line=1)


@pytest.mark.parametrize("name", ["seed", "manualSeed", "manual-seed", "random_seed", "rng-seed"])
def test_the_option_for_the_seed_is_known_by_its_name(name):
    assert seed_option([option("lr"), option(name)]).name == name


def test_other_options_are_none():
    assert seed_option([option("seeds-file"), option("lr"), option("reseed-every")]) is None


@pytest.mark.parametrize(
    "line",
    [
        "torch.manual_seed(0)",
        "np.random.seed(42)",
        "random.seed(seed=1)",
        "seed_everything(7)",
        "rng = np.random.default_rng(3)",
        "SEED = 3\ntorch.manual_seed(SEED + 1)",
        "offset = 0\nif ddp:\n    offset = ddp_rank\ntorch.manual_seed(1337 + offset)",
        "SVC(random_state=0)",
    ],
)
def test_a_seed_that_stands_in_the_script_is_found(line):
    (found,) = seeds_of(ast.parse(line))
    assert found.is_fixed
    assert not found.is_part
    assert found.line == line.count("\n") + 1


@pytest.mark.parametrize(
    "line",
    [
        "torch.manual_seed(args.seed)",
        "torch.manual_seed(seed)",
        "seed = 3\nseed = int(sys.argv[1])\ntorch.manual_seed(seed)",
        "torch.manual_seed(int(os.environ['SEED']))",
        "np.random.default_rng()",
        "torch.manual_seed(args.seed + 1)",
        "SVC(random_state=None)",
    ],
)
def test_a_seed_from_outside_is_none(line):
    assert not any(use.is_fixed for use in seeds_of(ast.parse(line)))


def test_a_fixed_split_is_told_apart():
    (found,) = seeds_of(ast.parse("train_test_split(x, y, random_state=0)"))
    assert found.is_fixed
    assert found.is_part
    assert found.text == "train_test_split(..., random_state=0)"


def test_a_private_generator_is_a_part_only():
    (found,) = seeds_of(ast.parse("rng = torch.Generator()\nrng.manual_seed(1337)"))
    assert found.is_fixed
    assert found.is_part
