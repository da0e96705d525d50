"""Elements of HTML and SVG as text: everything is escaped unless it is `Markup` already."""

from __future__ import annotations

import html
from collections.abc import Iterable

from trialist.render.cells import visible_block

_VOID = {"meta", "link", "br", "hr", "img", "col"}


class Markup(str):
    """Text that is markup already and is not escaped again."""

    __slots__ = ()


def escape(text: str) -> Markup:
    """Give `text` with markup characters escaped and control characters replaced."""
    if isinstance(text, Markup):
        return text
    return Markup(html.escape(visible_block(text), quote=True))


def el(name: str, /, *children: str | Iterable[str], **attributes: str | float | None) -> Markup:
    """Give the element `name`.

    Args:
        name: The element's name.
        children: Texts (escaped), `Markup` (as it is), or iterables of them.
        attributes: Written in order; `class_` becomes `class`, `_` becomes `-`; None is left out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = joined(*children)
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{inner}</{name}>")


def joined(*children: str | Iterable[str]) -> Markup:
    """Give `children` one after the other, escaped where they are not `Markup`."""
    parts: list[str] = []
    for child in children:
        parts += [escape(child)] if isinstance(child, str) else map(escape, child)
    return Markup("".join(parts))


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return escape(value)
    return coordinate(value)


def coordinate(value: float) -> str:
    """Give a number of SVG units with at most one decimal.

    Example:
        >>> coordinate(3.14), coordinate(5.0), coordinate(-0.01)
        ('3.1', '5', '0')
    """
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text
