import ast
import textwrap

import pytest

from trialist.lab.scriptoptions import NOT_SAID, options_of


def read(text):
    return options_of(ast.parse(textwrap.dedent(text)))


def by_name(found):
    return {option.name: option for option in found.options}


def test_options_of_argparse_have_their_names_and_defaults():
    found = read("""
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("data")
        parser.add_argument("-l", "--learning-rate", type=float, default=5e-4)
        parser.add_argument("--top_k", type=int, default=-1)
        parser.add_argument("--layers", nargs="+", default=[64, 32])
        parser.add_argument("--amp", action="store_true")
        parser.add_argument("--no-cuda", action="store_false")
        parser.add_argument("--out", required=True)
        parser.add_argument("--workers", default=os.cpu_count())
        parser.add_argument("--flag", type=str2bool, default=True)
        parser.add_argument("-v", action="count", default=0)
        parser.add_argument(*names)
    """)
    assert (found.way, found.style) == ("argparse", "space")
    options = by_name(found)
    assert {name: one.default for name, one in options.items() if one.default is not NOT_SAID} == {
        "data": None,
        "learning-rate": 5e-4,
        "top_k": -1,
        "layers": [64, 32],
        "amp": False,
        "no-cuda": False,
        "out": None,
        "flag": True,
    }
    assert {name for name, one in options.items() if one.is_flag} == {"amp", "no-cuda"}
    assert options["data"].is_positional
    assert options["out"].is_required
    assert options["flag"].is_truth
    assert options["learning-rate"].line == 5


@pytest.mark.parametrize(
    ("text", "way", "style", "defaults"),
    [
        (
            (
                "import click\n@click.option('--lr', default=0.1)\n"
                "@click.option('--amp', is_flag=True)\ndef main(lr, amp): pass"
            ),
            "click",
            "space",
            {"lr": 0.1, "amp": False},
        ),
        (
            (
                "import typer\ndef main(lr: float = 0.1, n_layers: int = typer.Option(2)): pass\n"
                "typer.run(main)"
            ),
            "typer",
            "space",
            {"lr": 0.1, "n-layers": 2},
        ),
        (
            "import typer\napp = typer.Typer()\n@app.command()\ndef main(*, lr=0.1): pass",
            "typer",
            "space",
            {"lr": 0.1},
        ),
        (
            "import fire\ndef main(lr=0.1, n_layers=2): pass\nfire.Fire(main)",
            "fire",
            "equals",
            {"lr": 0.1, "n_layers": 2},
        ),
        (
            "import tyro\ndef main(lr: float = 0.1): pass\ntyro.cli(main)",
            "tyro",
            "space",
            {"lr": 0.1},
        ),
        (
            "import tyro\nclass Args:\n    lr: float = 0.1\n    x = 1\ntyro.cli(Args)",
            "tyro",
            "space",
            {"lr": 0.1},
        ),
        (
            (
                "lr = 0.1\nname = 'x'\na, b = 1, 2\nt = time.time()\n"
                "exec(open('configurator.py').read())\nlate = 3"
            ),
            "configurator",
            "equals",
            {"lr": 0.1, "name": "x"},
        ),
        ("wandb.init(p=1, config={'lr': 0.1})\nf(config={})", "wandb", "space", {"lr": 0.1}),
        ("import hydra\n@hydra.main()\ndef main(cfg): pass", "hydra", "keyvalue", {}),
        ("import sys\nprint(sys.argv)", "none", "space", {}),
    ],
)
def test_other_ways_to_take_options_are_read_too(text, way, style, defaults):
    found = options_of(ast.parse(text))
    assert (found.way, found.style) == (way, style)
    assert {option.name: option.default for option in found.options} == defaults


def test_a_parameter_without_a_default_is_required():
    found = read("import fire\ndef main(path, lr=0.1): pass\nfire.Fire(main)")
    assert by_name(found)["path"].is_required
    assert not by_name(found)["lr"].is_required
