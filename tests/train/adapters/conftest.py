"""A run of its own for every test, in an empty folder and outside of any study."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from trialist.lab import startrun
from trialist.ledger.folder import StudyFolder
from trialist.ledger.journal import read_journal
from trialist.ledger.mergedrows import rows_of

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "how-to" / "other-frameworks.md"
FILE = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("TRIALIST_")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("RANK", raising=False)
    monkeypatch.setattr(startrun, "_HERE", startrun._Process())
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "exit", sys.exit)


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
def study():
    """Run the function that the page shows, as the page's study; give its folder."""

    def ran(framework):
        files = dict(FILE.findall(PAGE.read_text(encoding="utf-8")))
        Path(f"with_{framework}.py").write_text(files[f"with_{framework}.py"])
        whole = files["study.yaml"].replace("with_lightning", f"with_{framework}")
        Path("study.yaml").write_text(whole)
        done = subprocess.run(
            [sys.executable, "-m", "trialist", "run", "study.yaml", "--quiet"],
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return StudyFolder(Path("experiments/framework"))

    return ran
