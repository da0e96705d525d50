"""A checkpoint written and read: everything comes back, with the random state."""

import io
import random
import subprocess
import sys

import numpy as np
import pytest

from trialist.train import checkpoint
from trialist.train.seeding import seed_everything
from trialist.values.errors import CheckpointError

IDENTITY = {"run": "wide/seed-0"}


def there_and_back(state, **parts):
    file = io.BytesIO()
    taken = checkpoint.taken(
        state, step=7, identity=IDENTITY, recorded={"last": {"val/loss": float("nan")}}
    )
    checkpoint.write(taken, file)
    file.seek(0)
    return checkpoint.read(file, name=f"a{checkpoint.suffix()}")


@pytest.fixture
def without_torch(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch", raising=False)


@pytest.fixture(autouse=True)
def _global_state():
    before = random.getstate(), np.random.get_state()
    yield
    random.setstate(before[0])
    np.random.set_state(before[1])


def test_without_torch_a_checkpoint_is_a_file_of_arrays(without_torch):
    back = there_and_back({"w": np.arange(3.0), "names": ["a", ("b",)]})
    assert checkpoint.suffix() == ".npz"
    assert back.state["names"] == ["a", ("b",)]
    assert back.state["w"].tolist() == [0.0, 1.0, 2.0]
    assert (back.step, back.identity) == (7, IDENTITY)
    assert back.recorded["last"]["val/loss"] != back.recorded["last"]["val/loss"]


def test_the_random_state_comes_back_without_torch(without_torch):
    seed_everything(3)
    back = there_and_back(None)
    drawn = random.random(), np.random.rand()
    seed_everything(0)
    assert back.put_back() == ()
    assert (random.random(), np.random.rand()) == drawn


def test_with_torch_weights_and_random_state_come_back():
    torch = pytest.importorskip("torch")
    net = torch.nn.Linear(3, 2)
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    torch.manual_seed(5)
    back = there_and_back({"net": net.state_dict(), "optimizer": optimizer.state_dict()})
    drawn = torch.rand(3)
    torch.manual_seed(0)
    back.put_back()
    assert torch.equal(torch.rand(3), drawn)
    other = torch.nn.Linear(3, 2)
    other.load_state_dict(back.state["net"])
    again = torch.optim.Adam(other.parameters())
    again.load_state_dict(back.state["optimizer"])
    assert torch.equal(other.weight, net.weight)
    assert torch.equal(again.state[other.weight]["exp_avg"], optimizer.state[net.weight]["exp_avg"])


def test_a_person_can_read_it_with_torch_alone(tmp_path):
    torch = pytest.importorskip("torch")
    path = tmp_path / "a.pt"
    taken = checkpoint.taken({"w": torch.ones(2)}, step=1, identity={}, recorded={})
    with path.open("wb") as file:
        checkpoint.write(taken, file)
    assert torch.load(path, weights_only=True)["state"]["w"].tolist() == [1.0, 1.0]


def test_tied_weights_stay_tied():
    torch = pytest.importorskip("torch")
    weight = torch.ones(2)
    back = there_and_back({"a": weight, "b": weight})
    back.state["a"][0] = 5
    assert back.state["b"][0] == 5


def test_a_state_that_holds_itself_is_refused():
    state = {}
    state["self"] = state
    with pytest.raises(CheckpointError, match="nested too deeply, or holds itself"):
        there_and_back(state)


def test_a_sound_checkpoint_is_not_blamed_where_its_library_cannot_be_imported(monkeypatch):
    file = io.BytesIO()
    taken = checkpoint.taken({"w": 1}, step=1, identity={}, recorded={})
    checkpoint.write(taken, file)
    file.seek(0)
    name = f"a{checkpoint.suffix()}"
    library = "torch" if name.endswith(".pt") else "numpy"
    monkeypatch.setitem(sys.modules, library, None)  # as a file of the user's in its way does
    with pytest.raises(ImportError):
        checkpoint.read(file, name=name)


@pytest.mark.parametrize("name", ["a.pt", "a.npz"])
def test_what_is_no_checkpoint_is_named(name):
    if name == "a.pt":
        pytest.importorskip("torch")
    with pytest.raises(CheckpointError, match=f"{name} is no checkpoint of trialist"):
        checkpoint.read(io.BytesIO(b"something else"), name=name)


@pytest.mark.parametrize("torch_is_there", [True, False])
def test_another_format_is_said_with_both_numbers(monkeypatch, torch_is_there):
    if torch_is_there:
        pytest.importorskip("torch")
    else:
        monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.setattr(checkpoint, "CHECKPOINT_FORMAT", 9)
    file = io.BytesIO()
    checkpoint.write(checkpoint.taken(1, step=1, identity={}, recorded={}), file)
    file.seek(0)
    name = f"a{checkpoint.suffix()}"
    monkeypatch.undo()
    with pytest.raises(CheckpointError, match=r"has format 9, and this version reads format 1"):
        checkpoint.read(file, name=name)


def test_saving_without_torch_does_not_load_it():
    code = (
        "import io, sys\nfrom trialist.train import checkpoint as c\n"
        "c.write(c.taken([1], step=0, identity={}, recorded={}), io.BytesIO())\n"
        "assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
