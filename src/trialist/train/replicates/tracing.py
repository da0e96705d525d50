"""The operations of a vmapped step as one graph: the same arithmetic without the layers above."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.fx import Graph, GraphModule, Node
from torch.fx.experimental.proxy_tensor import make_fx

_ATEN = torch.ops.aten
_ALIASES = frozenset({_ATEN.detach.default, _ATEN.alias.default})
_VIEWS = frozenset({
    *(_ATEN.view.default, _ATEN.expand.default),
    _ATEN._unsafe_view.default,  # noqa: SLF001 — an operation's own name
})  # fmt: skip
_PURE = frozenset({
    *(_ATEN.ne.Scalar, _ATEN.scalar_tensor.default, _ATEN.transpose.int, _ATEN.view.default),
    *(_ATEN.expand.default, _ATEN.unsqueeze.default, _ATEN.where.self, _ATEN.ones.default),
    *(_ATEN.zeros.default, _ATEN.permute.default),
})  # fmt: skip
"""Operations of which the same call twice gives the same, and that later ones do not write into."""


def traced(
    function: Callable[..., Sequence[torch.Tensor]], tensors: Sequence[torch.Tensor]
) -> Callable[..., Sequence[torch.Tensor]]:
    """Give the operations that a function does with tensors of these shapes, to run again.

    Only what changes no bit is left out: views that change nothing, multiplications by one, calls
    made twice.

    Args:
        function: From tensors to tensors, without random numbers.
        tensors: Examples of what it is given.
    """
    module = make_fx(function, tracing_mode="real")(*tensors)
    _simplify(module.graph)
    module.recompile()
    return _callable(module)


def _callable(module: GraphModule) -> Callable[..., Sequence[torch.Tensor]]:
    return module.forward  # without the hooks of a module's call


def _simplify(graph: Graph) -> None:
    writes = any(_writes(node) for node in graph.nodes)
    for node in list(graph.nodes):
        source = _same_as(node)
        if source is not None:
            node.replace_all_uses_with(source)
            graph.erase_node(node)
    if not writes:  # a call made twice may differ where something is changed in place
        _merge_equal(graph)
    graph.eliminate_dead_code()


def _same_as(node: Node) -> Node | None:
    """Give what a node only repeats."""
    source = node.args[0] if node.op == "call_function" and node.args else None
    if not isinstance(source, Node):
        return None
    if node.target in _ALIASES or (node.target in _VIEWS and _form(node) == _form(source)):
        return source
    if node.target is _ATEN.mul.Scalar and node.args[1] == 1 and _form(node) == _form(source):
        return source
    if node.target is _ATEN.transpose.int and source.target is _ATEN.transpose.int:
        is_back = node.args[1:] in (source.args[1:], source.args[:0:-1])
        return source.args[0] if is_back else None  # type: ignore[return-value]  # a Node
    return None


def _form(node: Node) -> Any:
    value = node.meta.get("val")
    if not isinstance(value, torch.Tensor):
        return None
    return value.shape, value.dtype, value.stride()


def _merge_equal(graph: Graph) -> None:
    known: dict[Any, Node] = {}
    for node in list(graph.nodes):
        if node.op != "call_function" or node.target not in _PURE:
            continue
        key = (node.target, repr(node.args), repr(node.kwargs))
        if key in known:
            node.replace_all_uses_with(known[key])
            graph.erase_node(node)
        else:
            known[key] = node


def _writes(node: Node) -> bool:
    schema = getattr(node.target, "_schema", None)
    return schema is not None and (schema.is_mutable or "batch_norm" in str(schema.name))
