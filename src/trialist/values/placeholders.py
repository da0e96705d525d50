"""Names in braces inside of a text: `{lr}` is filled in, `{{lr}}` and `${lr}` are not."""

from __future__ import annotations

import re
from collections.abc import Callable

_NAME = r"[A-Za-z_][\w.-]*"
_PLACEHOLDER = re.compile(rf"\{{\{{([^{{}}]*)\}}\}}|(?<!\$)\{{({_NAME})\}}")


def names_in(text: str) -> tuple[str, ...]:
    """Give the names that `text` wants filled in, each once, in order.

    Example:
        >>> names_in("python train.py --lr {lr} --home ${HOME} {{as it is}}")
        ('lr',)
    """
    found = (match.group(2) for match in _PLACEHOLDER.finditer(text))
    return tuple(dict.fromkeys(name for name in found if name is not None))


def filled(text: str, value_of: Callable[[str], str]) -> str:
    """Give `text` with every name replaced by what `value_of` gives for it.

    Example:
        >>> filled("--lr={lr} {{lr}}", {"lr": "0.1"}.__getitem__)
        '--lr=0.1 {lr}'
    """

    def replaced(match: re.Match[str]) -> str:
        kept, name = match.groups()
        return f"{{{kept}}}" if name is None else value_of(name)

    return _PLACEHOLDER.sub(replaced, text)


def only_name(text: str) -> str | None:
    """Give the name that `text` consists of; None where there is anything beside it.

    Example:
        >>> only_name("{args}"), only_name("x{args}")
        ('args', None)
    """
    match = _PLACEHOLDER.fullmatch(text)
    return match.group(2) if match else None
