"""`--trials` and `--seeds` as the overrides that they stand for."""

from click.testing import CliRunner

from trialist.cli.plan import command as plan
from trialist.cli.run import command as run
from trialist.cli.searchoptions import with_options


def test_options_are_overrides_behind_those_that_are_given():
    assert with_options(("config.lr=1",), trials=None, seeds=None) == ("config.lr=1",)
    assert with_options(("seeds=3",), trials=40, seeds=5) == (
        "seeds=3", "search.trials=40", "seeds=5",
    )  # fmt: skip


def test_plan_and_run_have_both():
    for command in (plan, run):
        options = {one for parameter in command.params for one in parameter.opts}
        assert {"--trials", "--seeds"} <= options
        refused = CliRunner().invoke(command, ["study.yaml", "--trials", "0"])
        assert refused.exit_code == 2
        assert "0 is not in the range" in refused.output
