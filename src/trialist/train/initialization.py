"""First weights by scheme, each drawn from its own key: whatever else draws, they are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd

from trialist.train.batch import Batch
from trialist.train.keyed import key_of
from trialist.train.lsuv import scaled_to_unit_variance
from trialist.train.seeding import random_state, seed_everything, set_random_state
from trialist.values.errors import ConfigError, near

SCHEMES = ("default", "xavier", "he", "orthogonal", "lsuv")
_DOMAIN = "first weights of "
_GATES: tuple[tuple[type[nn.Module], int], ...] = (
    (nn.LSTM, 4), (nn.LSTMCell, 4), (nn.GRU, 3), (nn.GRUCell, 3), (nn.RNNBase, 1), (nn.RNNCell, 1),
)  # fmt: skip
_ATTENTION = {"in_proj_weight": 3, "q_proj_weight": 1, "k_proj_weight": 1, "v_proj_weight": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Initialization:
    """What `initialize` has done.

    Attributes:
        scheme: The scheme.
        drawn: The weights that it has drawn, by their names in the model.
        kept: Parameters that have the values that the model's own code gave them: no scheme and no
            `reset_parameters` knows them.
        variances: With "lsuv": each layer's output variance on the batch, in the order of calls.
    """

    scheme: str
    drawn: tuple[str, ...]
    kept: tuple[str, ...]
    variances: Mapping[str, float] = field(default_factory=dict)


def initialize(
    model: nn.Module, scheme: str = "default", *, seed: int, batch: Any = None, gain: float = 1.0
) -> Initialization:
    """Draw the first weights of a model anew.

    Every module draws from a key of `seed` and its own name, so its weights do not depend on what
    else is drawn, and two models share those of the layers that they share by name and shape.
    Biases become 0, but with "default". Recurrent weights are orthogonal gate by gate in all
    schemes but "default"; attention, and groups of a convolution, are drawn part by part.
    Embeddings, normalization and modules of your own get what their `reset_parameters` draws.

    Args:
        model: Any module, before its first step.
        scheme: "default" (torch's own), "xavier" (for tanh), "he" (for ReLU; fan out for
            convolutions), "orthogonal" (for recurrent and deep nets), or "lsuv" (orthogonal, then
            scaled until each layer's output has variance 1 on `batch`).
        seed: `run.seed.model`.
        batch: With "lsuv": what the model is called with: a tensor, a tuple, or a `Batch`, whose
            `x` is taken.
        gain: What the drawn weights are multiplied with; 5/3 with "xavier" is torch's advice for
            tanh.

    Raises:
        ConfigError: For an unknown scheme, "lsuv" without a batch, or a lazy model that has not
            seen one.

    References:
        Glorot and Bengio (2010), eq. 16. He et al. (2015), eq. 10. Saxe, McClelland and Ganguli
        (2014). Mishkin and Matas (2016), algorithm 1.
    """
    if scheme not in SCHEMES:
        raise ConfigError(f"there is no initialization {scheme!r}", todo=near(scheme, SCHEMES))
    if scheme == "lsuv" and batch is None:
        raise ConfigError(
            "lsuv measures each layer's output, and there is no batch",
            todo="give one: initialize(model, 'lsuv', seed=run.seed.model, batch=x[:256])",
        )
    _check_known(model)
    kept = _reset(model, seed)
    drawn: dict[str, nn.Parameter] = {}
    if scheme != "default":
        drawn = _drawn(model, scheme, seed=seed, gain=gain)
    variances = {} if scheme != "lsuv" else _scaled(model, batch, seed)
    taken = {id(parameter) for parameter in drawn.values()}
    return Initialization(
        scheme=scheme,
        drawn=tuple(drawn),
        kept=tuple(name for name, parameter in kept.items() if id(parameter) not in taken),
        variances=variances,
    )


def _check_known(model: nn.Module) -> None:
    kind = nn.parameter.UninitializedParameter
    lazy = [name for name, one in model.named_parameters() if isinstance(one, kind)]
    if lazy:
        raise ConfigError(
            f"{lazy[0]} has no shape yet", todo="call the lazy model with one batch before"
        )


# -- what the modules draw themselves -------------------------------------------


def _reset(model: nn.Module, seed: int) -> dict[str, nn.Parameter]:
    """Have each module draw as when it was made; give the parameters that none of them drew."""
    before = random_state()
    values = {
        name: (parameter, parameter.detach().clone())
        for prefix, module in model.named_modules()
        if _own_reset(module) is None
        for name, parameter in _own_parameters(prefix, module)
    }
    try:
        # Children first, as they were made: attention changes what its projection has drawn.
        for name, module in reversed(list(model.named_modules())):
            reset = _own_reset(module)
            if reset is not None:
                seed_everything(key_of(seed, _DOMAIN + name))
                reset()
    finally:
        set_random_state(before)
    return {
        name: parameter for name, (parameter, was) in values.items() if _is_same(parameter, was)
    }


def _own_reset(module: nn.Module) -> Callable[[], Any] | None:
    return getattr(module, "reset_parameters", getattr(module, "_reset_parameters", None))


def _own_parameters(prefix: str, module: nn.Module) -> Iterator[tuple[str, nn.Parameter]]:
    for name, parameter in module.named_parameters(recurse=False):
        yield f"{prefix}.{name}".lstrip("."), parameter


def _is_same(one: torch.Tensor, other: torch.Tensor) -> bool:
    return torch.equal(one.detach().nan_to_num(), other.nan_to_num())


# -- what a scheme draws ----------------------------------------------------------


class _Role(Enum):
    DENSE = auto()
    CONVOLUTION = auto()
    GATE = auto()
    RECURRENT = auto()


@dataclass(frozen=True, slots=True)
class _Weight:
    """A weight of one module.

    Attributes:
        name: In the module.
        role: What it does there.
        parts: How many equal parts along the first dimension are weights of their own.
        is_transposed: True where the first dimension of a part is the input.
    """

    name: str
    role: _Role
    parts: int = 1
    is_transposed: bool = False


def _xavier(part: torch.Tensor, generator: torch.Generator) -> None:
    nn.init.xavier_uniform_(part, generator=generator)


def _he_in(part: torch.Tensor, generator: torch.Generator) -> None:
    nn.init.kaiming_normal_(part, mode="fan_in", nonlinearity="relu", generator=generator)


def _he_out(part: torch.Tensor, generator: torch.Generator) -> None:
    nn.init.kaiming_normal_(part, mode="fan_out", nonlinearity="relu", generator=generator)


def _orthogonal(part: torch.Tensor, generator: torch.Generator) -> None:
    nn.init.orthogonal_(part, generator=generator)


_Draw = Callable[[torch.Tensor, torch.Generator], None]
_ALL_ORTHOGONAL: Mapping[_Role, _Draw] = dict.fromkeys(_Role, _orthogonal)
_DRAWS: Mapping[str, Mapping[_Role, _Draw]] = {
    "xavier": dict.fromkeys(_Role, _xavier) | {_Role.RECURRENT: _orthogonal},
    "he": {
        _Role.DENSE: _he_in, _Role.CONVOLUTION: _he_out,
        _Role.GATE: _xavier, _Role.RECURRENT: _orthogonal,
    },
    "orthogonal": _ALL_ORTHOGONAL,
    "lsuv": _ALL_ORTHOGONAL,
}  # fmt: skip


def _drawn(model: nn.Module, scheme: str, *, seed: int, gain: float) -> dict[str, nn.Parameter]:
    found: dict[str, nn.Parameter] = {}
    seen: set[int] = set()
    for prefix, module in model.named_modules():
        own = dict(module.named_parameters(recurse=False))
        weights = [one for one in _weights(module) if one.name in own]
        generator = torch.Generator().manual_seed(key_of(seed, _DOMAIN + prefix, 1))
        for weight in weights:
            parameter = own[weight.name]
            if id(parameter) in seen:  # tied to one that was drawn before
                continue
            seen.add(id(parameter))
            _fill(parameter, weight, _DRAWS[scheme][weight.role], generator, gain)
            found[f"{prefix}.{weight.name}".lstrip(".")] = parameter
        if weights:
            for name, parameter in own.items():
                if "bias" in name:
                    nn.init.zeros_(parameter)
    return found


def _weights(module: nn.Module) -> Iterator[_Weight]:
    if isinstance(module, nn.Linear):
        yield _Weight("weight", _Role.DENSE)
    elif isinstance(module, _ConvNd):
        yield _Weight("weight", _Role.CONVOLUTION, module.groups, module.transposed)
    elif isinstance(module, nn.MultiheadAttention):
        for name, parts in _ATTENTION.items():
            yield _Weight(name, _Role.GATE, parts)
    elif isinstance(module, nn.RNNBase | nn.RNNCellBase):
        yield from _recurrent_weights(module)


def _recurrent_weights(module: nn.Module) -> Iterator[_Weight]:
    gates = next(n for kind, n in _GATES if isinstance(module, kind))
    roles = {
        "weight_ih": (_Role.GATE, gates),
        "weight_hh": (_Role.RECURRENT, gates),
        "weight_hr": (_Role.DENSE, 1),
    }
    for name, _ in module.named_parameters(recurse=False):
        if name[:9] in roles:
            yield _Weight(name, *roles[name[:9]])


def _fill(
    parameter: nn.Parameter, weight: _Weight, draw: _Draw, generator: torch.Generator, gain: float
) -> None:
    """Draw on the CPU and copy, so that a GPU gets the same; in a format that a QR exists for."""
    rows, *rest = parameter.shape
    shape = (rows // weight.parts, *rest)
    dtype = torch.float64 if parameter.dtype == torch.float64 else torch.float32
    parts = []
    for _ in range(weight.parts):
        part = torch.empty(shape, dtype=dtype)
        if weight.is_transposed:
            part = part.transpose(0, 1).contiguous()
        draw(part, generator)
        parts.append(part.transpose(0, 1) if weight.is_transposed else part)
    with torch.no_grad():
        parameter.copy_(torch.cat(parts) * gain)


def _scaled(model: nn.Module, batch: Any, seed: int) -> dict[str, float]:
    if isinstance(batch, Batch):
        batch = batch.x
    inputs = batch if isinstance(batch, tuple) else (batch,)
    return scaled_to_unit_variance(model, inputs, key=key_of(seed, "lsuv"))
