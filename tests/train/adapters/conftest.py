"""A run of its own for every test, in an empty folder and outside of any study."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

import trialist
from trialist.ledger.folder import StudyFolder
from trialist.ledger.journal import read_journal
from trialist.ledger.mergedrows import rows_of
from trialist.ledger.runrows import read_rows
from trialist.values.events import RunStatus

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "how-to" / "other-frameworks.md"
FILE = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def _alone(outside_of_studies):
    """No test begins inside of a study."""


@pytest.fixture
def rows():
    """Give what a run has recorded: (step, values), one by one."""
    return lambda run: [(row.step, dict(row.values)) for row in rows_of(run.directory)]


@pytest.fixture
def findings():
    """Give the findings of a run."""

    def found(run):
        events = read_journal(run.directory / "journal.jsonl").events
        return [event["message"] for event in events if event["k"] == "finding"]

    return found


@pytest.fixture
def told_to_stop(monkeypatch):
    """Have a run be told to end when it asks for the nth time."""

    def tell(run, *, after):
        asked = iter(range(after))
        monkeypatch.setattr(run, "_stop", lambda: next(asked, None) is None)

    return tell


@pytest.fixture
def trial(request):
    """Give the file with the small training that a test file is about."""
    name = request.path.name.replace("test_", "trial_")
    spec = importlib.util.spec_from_file_location(name.removesuffix(".py"), HERE / name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def follows_its_seed(trial, rows):
    """Require that a seed repeats, and that another one differs."""

    def required(**options):
        def once(seed, **config):
            with trialist.start_run("mine", config=config, seed=seed) as run:
                trial.trained(run, **options)
            return rows(run)

        first = once(1)
        assert once(1, again=True) == first
        assert once(2) != first

    return required


@pytest.fixture
def is_a_study():
    """Require that the function that the page shows runs as the page's study."""

    def required(framework):
        files = dict(FILE.findall(PAGE.read_text(encoding="utf-8")))
        Path(f"with_{framework}.py").write_text(files[f"with_{framework}.py"])
        whole = files["study.yaml"].replace("with_lightning", f"with_{framework}")
        Path("study.yaml").write_text(whole)
        done = subprocess.run(
            [sys.executable, "-m", "trialist", "run", "study.yaml", "--quiet"],
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        runs = read_rows(StudyFolder(Path("experiments/framework")))
        assert [run.status for run in runs] == [RunStatus.FINISHED] * 6
        assert len({run.last["val/loss"] for run in runs}) == 6

    return required
