"""The commands as a person types them: exit codes, streams, JSON."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

TABLE = "variant,seed,accuracy\n" + "".join(
    f"{name},{seed},{value}\n"
    for name, values in {
        "baseline": (0.950, 0.958, 0.947, 0.953, 0.944),
        "dropout": (0.958, 0.971, 0.956, 0.965, 0.954),
    }.items()
    for seed, value in enumerate(values)
)


def trialist(*words, cwd):
    return subprocess.run(
        [sys.executable, "-m", "trialist", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def table(tmp_path):
    (tmp_path / "results.csv").write_text(TABLE)
    return tmp_path


def test_compare_answers_first_on_stdout(table):
    done = trialist("compare", "results.csv", "--goal", "maximize", cwd=table)
    assert done.returncode == 0
    assert done.stdout.startswith("dropout helps:")
    assert done.stderr == ""


def test_compare_json_is_the_results_format(table):
    done = trialist("compare", "results.csv", "--goal", "maximize", "--json", cwd=table)
    data = json.loads(done.stdout)
    assert data["format"] == 1
    assert data["comparisons"][0]["verdict"] == "improvement"


def test_require_decides_the_exit_code(table):
    words = ("compare", "results.csv", "--goal", "maximize")
    assert trialist(*words, "--require", "improvement", cwd=table).returncode == 0
    done = trialist(*words, "--require", "dropout=equivalent", cwd=table)
    assert done.returncode == 1
    assert "required dropout=equivalent, found improvement" in done.stderr


def test_the_baseline_cannot_be_required_to_be_anything(table):
    words = ("compare", "results.csv", "--goal", "maximize", "--require", "baseline=improvement")
    done = trialist(*words, cwd=table)
    assert done.returncode == 2
    assert "'baseline' is the baseline, which gets no verdict" in done.stderr


def test_an_impossible_requirement_is_bad_input(table):
    done = trialist(
        "compare", "results.csv", "--goal", "maximize", "--require", "improvment", cwd=table
    )
    assert done.returncode == 2
    assert "did you mean 'improvement'" in done.stderr


def test_errors_go_to_stderr_without_a_traceback_and_exit_2(table):
    done = trialist("compare", "result.csv", "--goal", "maximize", cwd=table)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
    assert "Traceback" in trialist("--debug", "compare", "result.csv", cwd=table).stderr


def test_errors_are_json_for_machines(table):
    done = trialist("compare", "result.csv", "--goal", "maximize", "--json", cwd=table)
    mistake = json.loads(done.stdout)["mistakes"][0]
    assert mistake["message"]
    assert mistake["todo"]


@pytest.mark.parametrize("words", [("runn",), ("run",), ("compare", "x.csv", "--gaol", "maximize")])
def test_a_wrong_command_line_says_where_help_is(table, words):
    done = trialist(*words, cwd=table)
    assert done.returncode == 2
    assert "--help" in done.stderr


@pytest.mark.slow
def test_no_command_shows_the_commands(tmp_path):
    done = trialist(cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: trialist")
    assert "error:" not in done.stderr


@pytest.mark.slow
def test_init_proposes_a_study_for_a_script(tmp_path):
    (tmp_path / "fit.py").write_text("torch.manual_seed(0)\nprint(f'val acc: {x}')\n")
    done = trialist("init", "fit.py", "--json", cwd=tmp_path)
    assert done.returncode == 0
    said = json.loads(done.stdout)
    assert said["wrote"] == ["study.yaml"]
    assert said["seeds_itself"] == [{"line": 1, "text": "torch.manual_seed(0)"}]
    (tmp_path / "study.yaml").unlink()
    done = trialist("init", "fit.py", cwd=tmp_path)
    assert "note   fit.py:1: torch.manual_seed(0): the seed is written in the script" in done.stdout
    assert done.stdout.endswith("then   trialist run study.yaml\n")
    (tmp_path / "fit.py").write_text("x = 1\nfor\n")
    done = trialist("init", "fit.py", cwd=tmp_path)
    assert done.returncode == 2
    assert "fit.py:2" in done.stderr


def test_init_then_run_then_verify(tmp_path):
    assert trialist("init", cwd=tmp_path).returncode == 0
    text = (tmp_path / "study.yaml").read_text()
    assert trialist("init", cwd=tmp_path).returncode == 2
    assert (tmp_path / "study.yaml").read_text() == text
    pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    words = ("run", "study.yaml", "config.max_train_steps=30", "seeds=3")
    done = trialist(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "baseline" in done.stdout
    assert Path(tmp_path / "experiments/dropout-on-digits/report.html").exists()
    assert trialist("verify", cwd=tmp_path).returncode == 0
    assert trialist("status", "--json", cwd=tmp_path).returncode == 0
    assert trialist("report", cwd=tmp_path).returncode == 0
    quiet = trialist(*words, "--quiet", cwd=tmp_path)
    assert quiet.stderr == ""
    (tmp_path / "experiments/dropout-on-digits/results.json").write_text("{}")
    assert trialist("verify", cwd=tmp_path).returncode == 1
