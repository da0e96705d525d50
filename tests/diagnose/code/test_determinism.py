"""A traced step is matched to torch's lists: sick found, healthy silent."""

from collections import Counter

import pytest

from trialist.diagnose.code.determinism import (
    has_backward,
    operation_findings,
    plain_name,
    traced,
)
from trialist.values.finding import Severity

torch = pytest.importorskip("torch")
LISTS = torch.use_deterministic_algorithms.__doc__


def operations_of(act):
    operations = Counter()
    with traced(operations):
        act()
    return operations


def step(layer, *shape):
    def act():
        layer(torch.randn(*shape, requires_grad=True)).sum().backward()

    return act


def codes(act, *, on_cuda=False):
    found = operation_findings(operations_of(act), LISTS, on_cuda=on_cuda)
    return [(one.code, one.severity) for one in found]


def test_a_plain_network_has_nothing_to_tell():
    assert codes(step(torch.nn.Linear(4, 2), 3, 4)) == []


def test_forward_and_backward_are_traced():
    found = operations_of(step(torch.nn.Conv2d(1, 1, 3), 1, 1, 5, 5))
    assert found["convolution"] == 1
    assert found["convolution_backward"] == 1
    assert has_backward(found)
    assert not has_backward(operations_of(lambda: torch.ones(3) + 1))


def test_one_convolution_is_one_note():
    act = step(torch.nn.Conv2d(1, 1, 3), 1, 1, 5, 5)
    assert codes(act) == [("deterministic-on-request", Severity.NOTE)]


def test_an_operation_without_a_form_is_a_warning_where_it_applies():
    act = step(torch.nn.AvgPool3d(2), 1, 1, 4, 4, 4)
    assert codes(act) == [("not-deterministic", Severity.NOTE)]
    assert codes(act, on_cuda=True) == [("not-deterministic", Severity.WARNING)]


def test_an_operation_that_throws_on_the_cpu_too_is_a_warning_here():
    unpool = torch.nn.MaxUnpool2d(2)
    places = torch.tensor([[[[0, 2], [8, 10]]]])
    act = lambda: unpool(torch.rand(1, 1, 2, 2), places)  # noqa: E731
    (found,) = operation_findings(operations_of(act), LISTS, on_cuda=False)
    assert found.severity is Severity.WARNING
    assert found.message.startswith("max_unpool2d has no deterministic form: ")
    assert found.evidence.endswith("dispatched 1 time")


def test_what_matters_to_gradients_alone_is_silent_without_one():
    pool = torch.nn.AvgPool3d(2)
    with torch.no_grad():
        assert codes(lambda: pool(torch.rand(1, 1, 4, 4, 4))) == []


def test_unknown_lists_are_said():
    (found,) = operation_findings({"convolution": 1}, "another text", on_cuda=False)
    assert found.code == "unknown-lists"


def test_names_lose_what_the_lists_do_not_have():
    assert plain_name("aten.put_.default") == "put"
    assert plain_name("put_") == "put"
    assert plain_name("__getitem__") == "__getitem__".rstrip("_")
