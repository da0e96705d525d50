"""The artifacts of a store in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from trialist.render.cells import table_lines, visible, wrapped
from trialist.render.style import TextStyle
from trialist.values.sizes import size

_HEAD = ("artifact", "version", "aliases", "size", "made by")
_MOST_USERS = 3


def artifacts_text(artifacts: Sequence[Mapping[str, Any]], *, style: TextStyle) -> str:
    """Give one line per artifact: its newest version, its other aliases, its size, its maker."""
    if not artifacts:
        return "There are no artifacts yet: a run puts them here with run.artifact(path).\n"
    lines = table_lines([_HEAD, *(_row(one) for one in artifacts)], gap=3)
    lines[0] = style.dim(lines[0])
    return style.finish("\n".join(lines) + "\n")


def _row(one: Mapping[str, Any]) -> tuple[str, ...]:
    others = [
        f"{alias} v{number}" if number != one["latest"] else alias
        for alias, number in one["aliases"].items()
        if alias != "latest"
    ]
    return (
        visible(one["name"]),
        f"v{one['latest']}",
        ", ".join(others) or "-",
        size(one["bytes"]),
        visible(one["made_by"]),
    )


def history_text(history: Mapping[str, Any], *, style: TextStyle) -> str:
    """Give every version with its lineage, and every move of an alias."""
    lines = [style.bold(visible(history["name"])), ""]
    for version in history["versions"]:
        lines += _version_lines(history, version, style)
    lines.append("")
    lines += [_move_line(move) for move in history["moves"]]
    return style.finish("\n".join(lines) + "\n")


def _version_lines(
    history: Mapping[str, Any], version: Mapping[str, Any], style: TextStyle
) -> list[str]:
    number = version["version"]
    names = [alias for alias, at in history["aliases"].items() if at == number]
    said = [
        f"{version['metric']} {version['value']:.6g}" if version["value"] is not None else "",
        size(version["bytes"]),
        version["sha256"][:12],
        ", ".join(names),
    ]
    head = f"v{number}  {_when(version['time'])}  " + "  ".join(one for one in said if one)
    lines = [head, *wrapped("made by " + _few(version["made_by"]), style.width - 4)]
    if version["used_by"]:
        lines += wrapped("used by " + _few(version["used_by"]), style.width - 4)
    return [lines[0], *(f"    {line}" for line in lines[1:])]


def _few(runs: Sequence[str]) -> str:
    more = f" and {len(runs) - _MOST_USERS} more" if len(runs) > _MOST_USERS else ""
    return ", ".join(visible(run) for run in runs[:_MOST_USERS]) + more


def _move_line(move: Mapping[str, Any]) -> str:
    before = "new" if move["from"] is None else f"from v{move['from']}"
    where = f"{move['alias']} to v{move['to']} ({before})"
    return f"{_when(move['time'])}  {visible(where)}, by {visible(move['who'])}"


def _when(time: float) -> str:
    return datetime.fromtimestamp(time, tz=UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
