"""What an ask and a tell cost, beside Optuna's own with the same sampler."""

from __future__ import annotations

import statistics

from benchmarks.search.surfaces import hartmann6
from benchmarks.search.ways import CPU, ours, seconds_of_ours, seconds_of_theirs
from benchmarks.table import Figure

from trialist.search.protocol import Event, Told
from trialist.search.replay import replayed
from trialist.search.snapshot import restored, snapshot
from trialist.values.events import RunStatus
from trialist.values.searchplan import Method

TRIALS = {Method.TPE: 300, Method.NSGA_II: 1000, Method.CMA_ES: 300, Method.GP: 30}
MANY = 10_000
MOST_RATIO, MOST_MORE = 1.2, 1e-3


def figures(rounds: int = 3) -> list[Figure]:
    """Measure all; `rounds` of ours and theirs by turns, the middle one counts."""
    return [
        *(figure for method, n in TRIALS.items() for figure in _beside(method, n, rounds)),
        *_flat(),
        *_replays(),
    ]


def _beside(method: Method, n: int, rounds: int) -> list[Figure]:
    surface = hartmann6()
    pairs = []
    for _ in range(rounds):
        mine = statistics.fmean(seconds_of_ours(surface, method, n, CPU))
        other = statistics.fmean(seconds_of_theirs(surface, method, n, CPU))
        pairs.append((mine, other))
    mine, other = sorted(pairs, key=lambda pair: pair[0] / pair[1])[rounds // 2]
    return [
        Figure(
            f"{method.value}: ours / (1.2 x Optuna's + 1 ms)",
            mine / (MOST_RATIO * other + MOST_MORE),
            bound=1.0,
            note=f"{n} trials, {mine * 1e3:.2f} and {other * 1e3:.2f} ms a trial",
        ),
        Figure(f"{method.value}: ours / Optuna's", mine / other),
    ]


def _flat() -> list[Figure]:
    surface = hartmann6()
    seconds = seconds_of_ours(surface, Method.RANDOM, MANY, CPU)
    first, last = sum(seconds[:1000]), sum(seconds[-1000:])
    return [
        Figure(
            f"a design: trials 9,001 to {MANY:,} / trials 1 to 1,000",
            last / first,
            bound=1.5,
            note=f"{sum(seconds) / MANY * 1e6:.1f} us a trial",
        )
    ]


def _replays() -> list[Figure]:
    surface = hartmann6()
    found = []
    for method, n in ((Method.RANDOM, MANY), (Method.TPE, 300), (Method.GP, 30)):
        sampler, value = ours(surface, method, n + 1, 0), surface.value(0)
        events: list[Event] = []
        begun = CPU()
        for _ in range(n):
            proposal = sampler.ask()
            told = Told(
                number=proposal.number, state=RunStatus.FINISHED, values=(value(proposal.params),)
            )
            sampler.tell(told)
            events += [proposal, told]
        searched = CPU() - begun
        kept = snapshot(sampler, events)
        fresh = ours(surface, method, n + 1, 0)
        begun = CPU()
        again = replayed(fresh, events)
        whole = CPU() - begun
        fresh = ours(surface, method, n + 1, 0)
        begun = CPU()
        quick = restored(fresh, kept, events)
        short = CPU() - begun
        assert sampler.ask() == again.ask() == quick.ask()
        found += [
            Figure(
                f"{method.value}: a replay / the search itself",
                whole / searched,
                note=f"{n} trials, {whole:.2f} s",
            ),
            Figure(
                f"{method.value}: a snapshot / the replay",
                short / whole,
                note=f"{short * 1e3:.0f} ms, {len(kept) / 1e3:.0f} kB",
            ),
        ]
    return found
