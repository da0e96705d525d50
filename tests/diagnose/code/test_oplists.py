"""Torch's two lists of operations that are not deterministic, as its documentation has them."""

import pytest

from trialist.diagnose.code.oplists import listed_operations

torch = pytest.importorskip("torch")


@pytest.fixture
def listed():
    return listed_operations(torch.use_deterministic_algorithms.__doc__)


def test_both_lists_are_read_whole(listed):
    if torch.__version__.split("+")[0] != "2.13.0":
        pytest.skip("counted for torch 2.13")
    assert sum(one.has_form for one in listed) == 23
    assert sum(not one.has_form for one in listed) == 25
    assert (listed[0].name, listed[-1].name) == ("torch.nn.Conv1d", "torch.Tensor.resize_")


def test_a_condition_says_device_and_gradient(listed):
    by_name = {one.name: one for one in listed}
    assert by_name["torch.nn.AvgPool3d"].only_cuda
    assert by_name["torch.nn.AvgPool3d"].only_backward
    assert not by_name["torch.nn.MaxUnpool2d"].only_cuda
    assert not by_name["torch.Tensor.__getitem__"].only_cuda
    assert by_name["torch.Tensor.__getitem__"].condition.endswith("the index is a list of tensors")


def test_every_entry_is_an_operation_that_torch_dispatches(listed):
    known = {name.split("::")[1] for name in torch._C._dispatch_get_all_op_names()}
    plain = {name.split(".")[0].rstrip("_") for name in known} | {
        name.split(".")[0] for name in known
    }
    missing = [name for one in listed for name in one.dispatched if name not in plain]
    assert missing == []


def test_a_documentation_without_lists_gives_none():
    assert listed_operations("Sets something.\n * :class:`torch.nn.Conv1d` when called") == ()


def test_a_list_at_the_very_end_is_read():
    (only,) = listed_operations("will throw a\n        * :func:`torch.histc`")
    assert (only.name, only.condition, only.dispatched) == ("torch.histc", "", ("histc",))
