"""Deterministic operations for one run, and everything as it was afterwards."""

import os
import subprocess
import sys
import warnings

import pytest

from trialist.train.deterministic import WORKSPACE, deterministic, setting_of
from trialist.values.determinism import Determinism

torch = pytest.importorskip("torch")


def state():
    cudnn = torch.backends.cudnn
    return (
        torch.get_deterministic_debug_mode(),
        torch.utils.deterministic.fill_uninitialized_memory,
        cudnn.benchmark,
        cudnn.deterministic,
        os.environ.get(WORKSPACE),
        list(warnings.filters),
    )


def unordered():
    """An operation that has no deterministic form on the CPU either."""
    return torch.zeros(4).put_(torch.tensor([0, 1]), torch.ones(2))


def told_under(kind, act, *, threads=1):
    told = []
    with deterministic(kind, threads=threads, told=told.append):
        act()
    return told


def test_warn_tells_each_operation_once():
    def act():
        unordered()
        unordered()

    assert told_under(Determinism.WARN, act) == [
        "put_ has no deterministic form: equal runs may differ by it"
    ]


def test_strict_makes_it_an_error():
    with pytest.raises(RuntimeError, match="put_ does not have a deterministic implementation"):
        told_under(Determinism.STRICT, unordered)


def test_fast_lets_it_be():
    seen = []
    told_under(Determinism.FAST, lambda: (unordered(), seen.append(state()[2:4])))
    assert seen == [(True, False)]


def test_auto_sets_nothing_where_nothing_can_differ():
    before = state()
    seen = []
    assert told_under(Determinism.AUTO, lambda: (unordered(), seen.append(state()))) == []
    assert seen[0][:5] == before[:5]
    assert setting_of(Determinism.AUTO, threads=1) == "nothing: one CPU thread"


def test_auto_with_several_threads_ends_no_run_and_says_nothing():
    seen = []
    told = told_under(Determinism.AUTO, lambda: (unordered(), seen.append(state()[:2])), threads=2)
    assert told == []
    assert seen == [(1, False)]
    assert setting_of(Determinism.AUTO, threads=2) == "warn"


@pytest.mark.parametrize("kind", list(Determinism))
def test_everything_is_put_back_even_after_an_error(kind):
    before = state()

    def act():
        raise ValueError("of the trial")

    with pytest.raises(ValueError, match="of the trial"):
        told_under(kind, act, threads=2)
    assert state() == before


def test_a_variable_that_the_user_has_set_stays(monkeypatch):
    monkeypatch.setenv(WORKSPACE, ":16:8")
    seen = []
    told_under(Determinism.STRICT, lambda: seen.append(os.environ[WORKSPACE]))
    assert seen == [":16:8"]
    assert os.environ[WORKSPACE] == ":16:8"


def test_other_warnings_go_their_way():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        told = told_under(Determinism.WARN, lambda: warnings.warn("of the trial", stacklevel=1))
    assert told == []
    assert [str(one.message) for one in seen] == ["of the trial"]


def test_without_torch_nothing_is_set():
    code = (
        "from trialist.train.deterministic import *; from trialist.values.determinism import *\n"
        "print(setting_of(Determinism.STRICT, threads=1))\n"
        "with deterministic(Determinism.STRICT, threads=1, told=print): pass\n"
        "import sys; print('torch' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines() == ["nothing: torch is not loaded", "False"]


def test_all_settings_give_the_same_bits_on_one_cpu_thread():
    def trained():
        torch.manual_seed(0)
        model = torch.nn.Sequential(torch.nn.Linear(8, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(5):
            optimizer.zero_grad()
            model(torch.randn(4, 8)).square().mean().backward()
            optimizer.step()
        return torch.cat([p.detach().flatten() for p in model.parameters()])

    plain, found = trained(), []
    for kind in Determinism:
        told_under(kind, lambda: found.append(trained()))
    assert all(torch.equal(plain, one) for one in found)
