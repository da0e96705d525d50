"""What holds for every test: the user's own state directory is never touched."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True, max_examples=50, deadline=None)
settings.register_profile("deep", max_examples=2000, deadline=None)
settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _own_state_directory(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Give a fresh state directory, so that anchors of one test are unknown to the next."""
    state = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    return state


@pytest.fixture
def outside_of_studies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in an empty folder, outside of any study, in a process that has started nothing."""
    from trialist.execute.scriptrun import RANKS
    from trialist.lab import startrun

    monkeypatch.chdir(tmp_path)
    for name in [*(name for name in os.environ if name.startswith("TRIALIST_")), *RANKS]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(startrun, "_HERE", startrun._Process())
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "exit", sys.exit)
