"""What the doctor found, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from trialist.render.cells import visible, wrapped

_WIDTH = 88


def doctor_text(report: Mapping[str, Any]) -> str:
    """Give a report of the doctor as text: the findings by severity, then what was looked at."""
    order = ("error", "warning", "note")
    findings = sorted(report["findings"], key=lambda one: order.index(one["severity"]))
    lines = [f"{visible(report['study'])}   {_summary(findings)}", ""]
    for finding in findings:
        lines += [*_finding(finding), ""]
    for remark in report["remarks"]:
        lines += wrapped(visible(remark), _WIDTH)
    return "\n".join(lines).rstrip() + "\n"


def _summary(findings: list[Mapping[str, Any]]) -> str:
    said = []
    for severity in ("error", "warning", "note"):
        count = sum(finding["severity"] == severity for finding in findings)
        if count:
            said.append(f"{count} {severity}{'' if count == 1 else 's'}")
    return ", ".join(said) or "nothing found"


def _finding(finding: Mapping[str, Any]) -> Iterator[str]:
    label = f"{finding['severity']:<8} "
    first, *rest = wrapped(visible(finding["message"]), _WIDTH - len(label)) or [""]
    yield f"{label}{first}"
    yield from (f"{'':<{len(label)}}{line}" for line in rest)
    for name, key in (("shown by", "evidence"), ("to do", "cure")):
        first, *rest = wrapped(visible(finding[key]), _WIDTH - 19) or [""]
        yield f"{'':<9}{name:<10}{first}"
        yield from (f"{'':<19}{line}" for line in rest)
