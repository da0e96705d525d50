"""The metrics that a script says, read from its text: what it prints, and to what tool it logs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from trialist.lab.scriptoptions import called, calls, constant

_HOLE = "\0"
_WORDS = (
    r"acc(?:uracy)?|top[-_ ]?1|f1|auc|auroc|iou|miou|dice|bleu|rouge|reward|return|score|map"
    r"|loss|nll|ppl|perplexity|error|err|mse|rmse|mae|bpc|elbo|wer|fid"
)
_METRIC = re.compile(rf"(?<![a-z])(?:{_WORDS})(?![a-z])", re.IGNORECASE)
_LOWER = re.compile(r"loss|nll|ppl|perplexity|err|mse|rmse|mae|bpc|wer|fid", re.IGNORECASE)
_SPLIT = re.compile(
    r"(?<![a-z])(train(?:ing)?|val(?:id(?:ation)?)?|dev|eval|test(?:ing)?)(?![a-z])", re.IGNORECASE
)
_SPLITS = {"t": "train", "v": "val", "d": "val", "e": "eval"}
_STEP = re.compile(r"\b(step|epoch|iter(?:ation)?)(\W{0,3})\0", re.IGNORECASE)
_PERCENT = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[diouxXeEfFgGsr]")
_BRACES = re.compile(r"\{[^{}]*\}")
_NUMBER = r"([-+.\deE]+|nan|inf)"
_FULL = {"acc": "accuracy", "err": "error", "perplexity": "ppl"}
_PREFERRED = ("val", "test", "eval", None, "train")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMetric:
    """A metric that a script says.

    Attributes:
        split: `val`, `test`, `eval` or `train`; None where the script does not say it.
        metric: What is measured, such as `accuracy`.
        line: Where it is said.
        keys: Where it is found, as in the study file.
        shown: What stands there.
    """

    split: str | None
    metric: str
    line: int
    keys: dict[str, Any] = field(default_factory=dict)
    shown: str = ""

    @property
    def name(self) -> str:
        """The name in the house's form; a metric without a split is called a validation metric."""
        return f"{self.split or 'val'}/{self.metric}"

    @property
    def goal(self) -> str:
        """Which way is better, by its name."""
        return "minimize" if _LOWER.search(self.metric) else "maximize"


def metrics_of(tree: ast.Module) -> tuple[FoundMetric, ...]:
    """Give the metrics of a script, those that a study would judge by first."""
    found = [*_printed(tree), *_json_lines(tree), *_scalars(tree), *_wandb(tree)]
    unique = {(one.name, one.split): one for one in reversed(found)}
    ways = [one.keys.get("from", "text") for one in found]
    return tuple(
        sorted(
            unique.values(),
            key=lambda one: (
                _PREFERRED.index(one.split),
                one.goal == "minimize",
                ways.index(one.keys.get("from", "text")),
                one.line,
            ),
        )
    )


def _printed(tree: ast.Module) -> Iterator[FoundMetric]:
    for call in calls(tree):
        if called(call).rpartition(".")[2] not in ("print", "info", "write", "echo", "log_string"):
            continue
        template = " ".join(_template(part) for part in call.args)
        yield from _in_template(template, call.lineno)


def _template(node: ast.expr) -> str:
    """Give a text with a hole wherever a value is put in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else _HOLE for part in node.values
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _PERCENT.sub(_HOLE, _template(node.left)).replace("%%", "%")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _template(node.left) + _template(node.right)
    if isinstance(node, ast.Call) and called(node).rpartition(".")[2] == "format":
        text = node.func.value if isinstance(node.func, ast.Attribute) else node
        return _BRACES.sub(_HOLE, _template(text)) if text is not node else _HOLE
    return _HOLE


def _in_template(template: str, line: int) -> Iterator[FoundMetric]:
    holes = [place for place, sign in enumerate(template) if sign == _HOLE]
    begin = 0
    for place in holes:
        if place < begin:
            continue
        before = template[begin:place]
        label = re.split(r"[|,;(\n\t]", before)[-1].lstrip(" .:=>*[]-")
        words = _METRIC.findall(label)
        begin = place + 1
        if not words or len(label) - label.rfind(words[-1]) > len(words[-1]) + 6:
            continue
        is_share = template[place : place + 3] == f"{_HOLE}/{_HOLE}"
        begin = place + 3 if is_share else begin
        split = _split_of(label) or _only_split(template[:place])
        keys: dict[str, Any] = {"pattern": _pattern(template[:place], label, is_share=is_share)}
        if template[place + 1 : place + 3].lstrip().startswith("%"):
            keys["scale"] = 0.01
        yield FoundMetric(
            split=split, metric=_metric(words[-1]), line=line, keys=keys, shown=label.strip()
        )


def _pattern(before: str, label: str, *, is_share: bool) -> str:
    """Give the regular expression for the number that stands behind `before`."""
    lead = before[: len(before) - len(label)].rpartition("\n")[2]
    parts = []
    step = _STEP.search(lead)
    if step is not None:
        parts.append(rf"{_escaped(step[1] + step[2])}\s*(?P<step>\d+)")
    elif _split_of(label) is None and _only_split(lead) is not None:
        parts.append(re.escape(_SPLIT.findall(lead)[-1]))
    number = r"(?P<n>\d+)/(?P<of>\d+)" if is_share else _NUMBER
    parts.append(rf"(?<![\w]){_escaped(label)}\s*{number}")
    return r".*?".join(parts)


def _escaped(text: str) -> str:
    return r"\s+".join(re.escape(word) for word in text.split())


def _split_of(text: str) -> str | None:
    found = _splits(text)
    return found[-1] if found else None


def _only_split(text: str) -> str | None:
    """Give the split that a line is about, if it names one alone."""
    found = set(_splits(text))
    return found.pop() if len(found) == 1 else None


def _splits(text: str) -> list[str]:
    words = [word.lower() for word in _SPLIT.findall(text)]
    return ["test" if word.startswith("test") else _SPLITS[word[0]] for word in words]


def _metric(word: str) -> str:
    plain = re.sub(r"[-_ ]", "", word.lower())
    return _FULL.get(plain, plain)


def _json_lines(tree: ast.Module) -> Iterator[FoundMetric]:
    for call in calls(tree):
        if called(call) == "json.dumps" and call.args:
            yield from _by_key(call.args[0], "json", call.lineno)


def _scalars(tree: ast.Module) -> Iterator[FoundMetric]:
    for call in calls(tree):
        if called(call).endswith(".add_scalar") and call.args:
            tag = constant(call.args[0])
            if isinstance(tag, str):
                yield from _named(tag, "tfevents", call.lineno)


def _wandb(tree: ast.Module) -> Iterator[FoundMetric]:
    for call in calls(tree):
        if called(call) in ("wandb.log", "run.log", "wandb.run.log") and call.args:
            yield from _by_key(call.args[0], "wandb", call.lineno)


def _by_key(node: ast.expr, kind: str, line: int) -> Iterator[FoundMetric]:
    for key in node.keys if isinstance(node, ast.Dict) else ():
        name = constant(key)
        if isinstance(name, str):
            yield from _named(name, kind, line)


def _named(name: str, kind: str, line: int) -> Iterator[FoundMetric]:
    words = _METRIC.findall(name)
    if words:
        yield FoundMetric(
            split=_split_of(name),
            metric=_metric(words[-1]),
            line=line,
            keys={"from": kind, "key": name},
            shown=name,
        )
