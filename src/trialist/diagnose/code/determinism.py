"""Which operations of a training step can differ between equal runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from trialist.diagnose.code.oplists import ListedOperation, listed_operations
from trialist.values.finding import Finding, Severity
from trialist.values.numbers import counted

GRADIENT = "(gradient)"
"""Counted once where a gradient is computed: most of its operations have names of their own."""

_NO_GRAPH = -1


@contextmanager
def traced(operations: Counter[str]) -> Iterator[None]:
    """Count every operation that torch dispatches, forward and backward, by name.

    What a kernel does inside is not seen: a trace on the CPU knows no kernel of a GPU.

    Args:
        operations: Takes the counts, without `aten::` and without the `_` of in-place forms.
    """
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    in_backward = getattr(torch._C, "_current_graph_task_id", lambda: _NO_GRAPH)  # noqa: SLF001

    class Trace(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch has no types here
        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            del types
            operations[plain_name(str(func))] += 1
            if in_backward() != _NO_GRAPH:
                operations[GRADIENT] = 1
            return func(*args, **(kwargs or {}))

    with Trace():  # type: ignore[no-untyped-call]
        yield


def plain_name(operation: str) -> str:
    """Give an operation's name as the lists have it.

    Example:
        >>> plain_name("aten.index_add_.default"), plain_name("aten.convolution_backward.default")
        ('index_add', 'convolution_backward')
    """
    name = operation.split(".")[1] if "." in operation else operation
    return name.rstrip("_") or name


def has_backward(operations: Collection[str]) -> bool:
    """Tell whether a gradient was computed."""
    return GRADIENT in operations or any(name.endswith("_backward") for name in operations)


def operation_findings(
    operations: Mapping[str, int], documentation: str, *, on_cuda: bool
) -> tuple[Finding, ...]:
    """Match traced operations to the lists of torch's documentation.

    Args:
        operations: How often each was dispatched, by plain name.
        documentation: `torch.use_deterministic_algorithms.__doc__`.
        on_cuda: True where the step ran on a GPU.
    """
    listed = listed_operations(documentation)
    if not listed:
        return (_unknown_torch(),)
    backward = has_backward(operations)
    groups: dict[tuple[tuple[str, ...], str], list[ListedOperation]] = {}
    for one in listed:
        if _is_used(one, operations) and (backward or not one.only_backward):
            groups.setdefault((one.dispatched, one.condition), []).append(one)
    return tuple(_finding(group, operations, on_cuda=on_cuda) for group in groups.values())


def _is_used(one: ListedOperation, operations: Mapping[str, int]) -> bool:
    return any(name in operations for name in one.dispatched)


def _finding(
    group: Sequence[ListedOperation], operations: Mapping[str, int], *, on_cuda: bool
) -> Finding:
    one = group[0]
    names = ", ".join(entry.name for entry in group)
    used = [name for name in one.dispatched if name in operations]
    count = sum(operations[name] for name in used)
    where = " on a GPU" if one.only_cuda else ""
    evidence = (
        f"torch lists {names} {one.condition}".rstrip() + f"; dispatched {counted(count, 'time')}"
    )
    if one.has_form:
        return Finding(
            code="deterministic-on-request",
            severity=Severity.NOTE,
            message=f"{used[0]} is deterministic{where} only on request",
            evidence=evidence,
            cure="determinism: strict or warn asks for it, and auto does where it matters",
        )
    return Finding(
        code="not-deterministic",
        severity=Severity.WARNING if on_cuda or not one.only_cuda else Severity.NOTE,
        message=f"{used[0]} has no deterministic form{where}: equal runs may differ by it",
        evidence=evidence,
        cure="use another operation there; determinism: strict makes it an error",
    )


def _unknown_torch() -> Finding:
    return Finding(
        code="unknown-lists",
        severity=Severity.NOTE,
        message="This torch documents its operations in another way, so none was looked up",
        evidence="torch.use_deterministic_algorithms.__doc__ has no list that is known here",
        cure="believe the two starts below; tell us the version of torch",
    )
