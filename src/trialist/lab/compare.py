"""`trialist compare`: the same verdicts for results that somebody already has."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from trialist.lab.result import StudyResult
from trialist.render.reportdata import ReportData
from trialist.values.errors import ConfigError, TableError, near
from trialist.values.evidence import RunRecord
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Protocol
from trialist.values.results import Results
from trialist.values.study import Mode

_HIGHER = ("acc", "f1", "auc", "precision", "recall", "score", "bleu", "iou", "map", "reward")
_LOWER = ("loss", "error", "perplexity", "ppl", "mse", "mae", "rmse", "wer", "time", "nll")


def compare(  # noqa: PLR0913 — one keyword per option of the command
    data: Any,
    *,
    goal: str | None = None,
    metric: str | None = None,
    baseline: str | None = None,
    paired: bool = False,
    relevant: float | None = None,
    mode: str = "confirm",
    variant: str = "variant",
    seed: str = "seed",
) -> StudyResult:
    """Give verdicts on results that exist already.

    Nothing was registered before these results were seen, and each verdict says so.

    Args:
        data: Values by variant (`{"baseline": [0.91, 0.92], ...}`), with seeds where they are known
            (`{"baseline": {0: 0.91, 1: 0.92}, ...}`), the path of a CSV (also .gz) with a row per
            run, or a DataFrame in that form.
        goal: "maximize" or "minimize"; there is no default.
        metric: The column, where there is more than one; a name for values given directly.
        baseline: What the others are compared with; default: "baseline", else the first.
        paired: True where equal seeds share their random sources in every variant, by design.
        relevant: The smallest difference worth having, in the metric's unit.
        mode: "confirm" (Holm) or "explore" (Benjamini-Hochberg).
        variant: The column that names the variant.
        seed: The column that names the seed.

    Raises:
        TableError: With every mistake in the table, and its line.
        ConfigError: If an option is missing or impossible.

    Example:
        >>> result = compare({"baseline": [0.90, 0.91, 0.92], "new": [0.95, 0.96, 0.97]},
        ...                  goal="maximize", metric="accuracy")
        >>> result.verdicts["new"].name.value
        'improvement'
    """
    from trialist.analysis.table import parse_table, records_of

    notes: tuple[str, ...] = ()
    if isinstance(data, Mapping):
        name, records, column = "values", records_of(data, paired=paired), metric or "value"
    else:
        name, text = _text_of(data)
        shown = str(data) if isinstance(data, (str, Path)) else "DataFrame"
        table = parse_table(text, name=shown, variant=variant, seed=seed, metric=metric)
        records, column, notes = table.records, table.metric, table.notes
    values = [run.value for run in records if run.value is not None]
    measured = Metric(name=column, goal=_goal(goal, column), relevant=relevant).seen(values)
    protocol = _protocol(records, measured, baseline=baseline, paired=paired, mode=mode)
    return _judged(name, protocol, records, notes)


def _text_of(data: Any) -> tuple[str, str]:
    if isinstance(data, (str, Path)):
        path = Path(data)
        return path.name.partition(".")[0], _read(path)
    if hasattr(data, "to_csv"):  # a DataFrame in long form, of whichever library
        return "table", str(data.to_csv(index=False))
    raise ConfigError(
        f"cannot compare a {type(data).__name__}",
        todo="give values by variant, the path of a CSV, or a DataFrame with a row per run",
    )


def _read(path: Path) -> str:
    try:
        if path.suffix == ".gz":
            return gzip.decompress(path.read_bytes()).decode("utf-8-sig")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        known = [entry.name for entry in _siblings(path)]
        raise TableError(
            f"there is no file {path.name!r}",
            where=str(path.parent),
            todo=near(path.name, known) if known else "give the path of a CSV with a row per run",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(
            f"{path.name} cannot be read as text ({error.__class__.__name__})",
            where=str(path),
            todo="give a CSV in UTF-8 with a row per run",
        ) from error


def _siblings(path: Path) -> list[Path]:
    return sorted(path.parent.glob("*.csv"))[:20] if path.parent.is_dir() else []


def _goal(goal: str | None, column: str) -> Goal:
    if goal is not None:
        try:
            return Goal(goal)
        except ValueError as error:
            raise ConfigError(
                f"goal is {goal!r}", where="--goal", todo="give maximize or minimize"
            ) from error
    words = column.lower()
    likely = "maximize" if any(word in words for word in _HIGHER) else None
    likely = "minimize" if any(word in words for word in _LOWER) else likely
    raise ConfigError(
        f"is a higher {column} better, or a lower one?",
        where="--goal",
        todo=f"add --goal {likely}" if likely else "add --goal maximize or --goal minimize",
    )


def _protocol(
    records: Iterable[RunRecord],
    metric: Metric,
    *,
    baseline: str | None,
    paired: bool,
    mode: str,
) -> Protocol:
    from trialist.design.protocol import implied_protocol

    runs = tuple(records)
    variants = tuple(dict.fromkeys(run.variant for run in runs))
    if len(variants) < 2:
        raise ConfigError(
            f"a comparison needs two variants with values, there {_are(len(variants))}",
            todo="give values for the baseline and for one variant or more",
        )
    chosen = baseline or ("baseline" if "baseline" in variants else variants[0])
    if chosen not in variants:
        raise ConfigError(
            f"baseline {chosen!r} is not a variant", where="--baseline", todo=near(chosen, variants)
        )
    if mode not in [one.value for one in Mode]:
        raise ConfigError(f"mode is {mode!r}", where="--mode", todo="give confirm or explore")
    if paired and any(run.seed is None for run in runs):
        raise ConfigError(
            "a paired analysis needs a seed for every run",
            where="--paired",
            todo="name the column with --seed COLUMN, or leave --paired out",
        )
    counts = [sum(run.variant == name for run in runs) for name in variants]
    return implied_protocol(
        metric=metric,
        variants=variants,
        baseline=chosen,
        n=max(counts),
        paired=paired,
        mode=Mode(mode),
        scope="these results",
    )


def _are(n: int) -> str:
    return "is one" if n else "are none"


def _judged(
    name: str, protocol: Protocol, records: Sequence[RunRecord], notes: tuple[str, ...]
) -> StudyResult:
    from trialist.analysis.evidence import evidence_at
    from trialist.decide.caveats import caveats_of_results
    from trialist.decide.rules import judge
    from trialist.decide.shortcuts import shortcuts_of
    from trialist.decide.summaries import summarize

    evidence = (evidence_at(protocol, records, look_index=1, seeds=None),)
    judgement = judge(protocol, evidence)
    summaries = summarize(protocol, judgement, evidence)
    results = Results(
        study=name,
        plan_hash=None,
        metric=protocol.metric,
        variants=summaries,
        comparisons=judgement.verdicts,
        caveats=(*notes, *caveats_of_results(protocol, judgement.verdicts, summaries, n_looks=1)),
    )
    data = ReportData(
        results=results,
        protocol=protocol,
        runs=tuple(records),
        shortcuts=shortcuts_of(protocol, summaries),
    )
    return StudyResult(data=data, is_table=True)
