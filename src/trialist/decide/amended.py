"""What a change of the plan after results means for its verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from trialist.values.amendment import AMENDED, POST_HOC, Amendment
from trialist.values.evidence import Sample
from trialist.values.numbers import counted, series
from trialist.values.plan import Protocol
from trialist.values.verdict import Verdict

_HASH_DIGITS = 8


def two_codes(samples: Sequence[Sample]) -> str:
    """Say which runs were made by which code, as the reason of a comparison over two codes.

    Args:
        samples: The baseline's runs, and the candidate's.
    """
    shared = {sample.codes for sample in samples}
    if len(shared) == 1:
        said = _made(samples[0])
    else:
        said = "; ".join(f"{one.variant}: {_made(one)}" for one in samples if one.n + one.n_lost)
    return f"the runs were made by two codes that nobody declared equal ({said})"


def _made(sample: Sample) -> str:
    if not sample.codes:
        return "all by the code of the last plan"
    return ", ".join(f"{_seeds(one.seeds)} by {_code(one.code)}" for one in sample.codes)


def _seeds(seeds: Sequence[int]) -> str:
    return f"seed{'s' if len(seeds) > 1 else ''} {series(sorted(seeds))}"


def _code(code: str | None) -> str:
    return "the code of the last plan" if code is None else f"that of plan {_short(code)}"


def _short(plan_hash: str) -> str:
    return plan_hash.removeprefix("sha256:")[:_HASH_DIGITS]


def amended_verdicts(
    verdicts: Sequence[Verdict], amendments: Sequence[Amendment], *, judging: bool
) -> tuple[Verdict, ...]:
    """Give the verdicts with the flags and the note that belong to an amended plan.

    Args:
        verdicts: As the evidence carries them.
        amendments: The changes of the plan after its first result.
        judging: True where one of them changed what judges the runs.
    """
    if not amendments:
        return tuple(verdicts)
    flags = (AMENDED, POST_HOC) if judging else (AMENDED,)
    note = f"The plan was changed {_after(amendments)} (see deviations)."
    return tuple(
        replace(one, flags=(*one.flags, *flags), notes=(*one.notes, note)) for one in verdicts
    )


def _after(amendments: Sequence[Amendment]) -> str:
    first = f"after {counted(amendments[0].n_results, 'result')}"
    return first if len(amendments) == 1 else f"{len(amendments)} times, first {first}"


def amendment_caveats(
    protocol: Protocol,
    amendments: Sequence[Amendment],
    *,
    judging: Sequence[str],
    earlier: Sequence[Mapping[str, str]] = (),
) -> Iterator[str]:
    """Say what an amended plan no longer promises, and what the earlier plans had said.

    Args:
        protocol: How the study is judged now.
        amendments: The changes of the plan after its first result.
        judging: The keys that judge the runs and were changed.
        earlier: The verdicts that earlier plans had given, by variant, oldest plan first.
    """
    if amendments and judging:
        yield (
            f"The plan was amended after results had been seen ({', '.join(judging)}): the error "
            f"rate of {100 * protocol.alpha:g} % no longer holds as registered.{_more(judging)}"
        )
    said = [
        ", ".join(f"{name}: {code.replace('_', ' ')}" for name, code in codes.items())
        for codes in earlier
    ]
    if said:
        yield f"Before it was amended the study had given its verdict: {'; then '.join(said)}."


def _more(judging: Sequence[str]) -> str:
    # Measured: 7 to 8 %, for 5 + 5, 8 + 12, 20 + 20 and 3 looks more (docs: change a study).
    if not {"seeds", "looks"} & set(judging):
        return ""
    return (
        " A study that is extended once where its answer is open finds a difference that is not "
        "there in about 8 % of cases in place of 5 %, and more often with each further time."
    )
