"""plan, status, report and init: what they show, and that they write nothing they should not."""

import json
from pathlib import Path

import pytest

import trialist
from trialist.lab.init import init
from trialist.lab.status import status
from trialist.values.errors import ConfigError, LedgerError


def everything(folder="."):
    return sorted(str(path) for path in Path(folder).rglob("*"))


def test_plan_says_cost_looks_and_power_and_writes_nothing(small):
    study = small()
    before = everything()
    made = trialist.plan(study)
    assert everything() == before
    assert made.cost.max_runs == 24
    cost = "at most 24 runs and one repeat to check, may stop at looks 3, 5; "
    assert str(made.cost).startswith(cost)
    assert "unknown until the first run" in str(made.cost)
    assert "%" in made.power
    assert made.hash.startswith("sha256:")
    assert made.hash in json.dumps(made.to_dict())
    assert "paired t" in str(made)


def test_plan_knows_the_time_of_code_that_ran(small):
    study = small()
    trialist.run(study)
    made = trialist.plan(study)
    assert made.cost.seconds_per_run is not None
    assert made.cost.max_seconds == pytest.approx(25 * made.cost.seconds_per_run / 2)
    Path("trial.py").write_text(Path("trial.py").read_text() + "# other code\n")
    assert trialist.plan(study).cost.seconds_per_run is None


def test_the_plan_shown_is_the_plan_registered(small):
    study = small()
    shown = trialist.plan(study).hash
    assert trialist.run(study).results.plan_hash == shown


def test_status_of_a_finished_study(small):
    trialist.run(small())
    found = status()
    assert found.state == "finished"
    assert found.holder is None
    assert found.progress.n_done >= 9
    assert json.dumps(found.to_dict())


def test_status_before_any_study_says_what_to_do(small):
    small()
    with pytest.raises(LedgerError, match="trialist init"):
        status()


def test_report_again_gives_the_same_bytes(small):
    trialist.run(small())
    folder = Path("experiments/small")
    before = {name: (folder / name).read_bytes() for name in ("results.json", "results.md")}
    page = (folder / "report.html").read_bytes()
    for name in before:
        (folder / name).unlink()
    trialist.report()
    assert before == {name: (folder / name).read_bytes() for name in before}
    assert (folder / "report.html").read_bytes() == page


def test_report_goes_where_it_is_told(small):
    trialist.run(small())
    trialist.report("small", out="elsewhere")
    assert Path("elsewhere/report.html").exists()


def test_init_writes_a_study_that_can_be_planned(tmp_path):
    written = init(tmp_path)
    assert [path.name for path in written] == ["study.yaml", "train.py"]
    made = trialist.plan(written[0])
    assert made.plan.study == "dropout-on-digits"


@pytest.mark.parametrize("name", ["study.yaml", "train.py"])
def test_init_overwrites_nothing(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(ConfigError, match="nothing is overwritten"):
        init(tmp_path)
    assert everything(tmp_path) == [str(tmp_path / name)]
    assert (tmp_path / name).read_text() == "mine"
