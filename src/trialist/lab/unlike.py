"""What is not as recorded where a run is made again: code, configuration, machine, data, ..."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trialist.lab.rebuild import CodePlace, digest_in
from trialist.lab.recorded import Recorded
from trialist.ledger.dataversions import CACHE, DigestCache, data_versions
from trialist.ledger.facts import Facts, collect_facts
from trialist.ledger.packages import versions_in
from trialist.ledger.trialrecords import searches_in
from trialist.ledger.winners import planned_config
from trialist.values.canonical import digest_of
from trialist.values.errors import TrialistError

_MACHINE = ("cpu", "cores", "memory_bytes", "gpus", "driver", "architecture", "system", "host")
_SOFTWARE = ("python", "implementation", "torch", "cuda", "cudnn", "rocm", "numpy", "trialist")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlike:
    """One thing that differs.

    Attributes:
        kind: code, configuration, software, machine, data or packages.
        name: What it is.
        recorded: What the record says.
        here: What is here.
    """

    kind: str
    name: str
    recorded: str
    here: str

    def to_dict(self) -> dict[str, str]:
        """Give it as plain data."""
        return {"kind": self.kind, "name": self.name, "recorded": self.recorded, "here": self.here}


def facts_here(recorded: Recorded, place: CodePlace, store: Path) -> Facts:
    """Collect the facts of the run that is about to be made; what is not there is left out."""
    try:
        data = data_versions(
            recorded.plan.data, folder=place.folder, cache=DigestCache(store / CACHE)
        )
    except TrialistError:
        data = {}
    own = [place.folder / file.path for file in recorded.plan.code]
    return collect_facts(place.folder, own=own, apart=(store,), data=data)


def differences(recorded: Recorded, place: CodePlace, here: Facts) -> tuple[Unlike, ...]:
    """Give everything that is not as recorded, what matters most first."""
    return (*_code(recorded, place, here), *_config(recorded, place), *_rest(recorded, here))


def _code(recorded: Recorded, place: CodePlace, here: Facts) -> Iterator[Unlike]:
    was = {file.path: file.digest for file in recorded.plan.code}
    for path in place.changed:
        now = digest_in(place.folder, path)
        yield Unlike(kind="code", name=path, recorded=was[path][:12], here=_short(now, "not there"))
    if recorded.facts is None or place.rebuilt:
        return
    sessions = recorded.history.sessions
    study = Path(sessions[-1].file or "").name if sessions else ""
    before, now = recorded.facts.read()["code"], here.content["code"]
    yield from _around(before, now, known={*place.changed, study})


def _around(
    before: Mapping[str, Any], now: Mapping[str, Any], *, known: Collection[str]
) -> Iterator[Unlike]:
    """Give what differs around the trial's own files."""
    yield from _unlike("code", "commit", _short(before["commit"]), _short(now["commit"]))
    if before["commit"] == now["commit"]:
        yield from _unlike("code", "differences to the commit", _state(before), _state(now))
    for path in sorted({*before["files"], *now["files"]}):
        old, new = before["files"].get(path), now["files"].get(path)
        # A file that came into a commit since, or went out of one, says nothing by itself.
        if old is not None and new is not None and path not in known:
            yield from _unlike("code", path, _short(old), _short(new))


def _short(digest: str | None, missing: str = "none") -> str:
    return missing if digest is None else digest[:12]


def _state(code: Mapping[str, Any]) -> str:
    if code["diff_bytes"] is None:
        return "too long to keep"
    return "none" if code["diff"] is None else f"{code['diff_bytes']:,} bytes, {code['diff'][:12]}"


def _config(recorded: Recorded, place: CodePlace) -> Iterator[Unlike]:
    searches = searches_in(recorded.folder, recorded.plan, recorded.history)
    planned = planned_config(recorded.plan, searches, recorded.variant, recorded.seed)
    ran = recorded.start["config"]
    if "takes" in recorded.start:  # a part has a configuration of its own
        planned = ran
    if digest_of(planned) != digest_of(ran):
        yield Unlike(
            kind="configuration", name="config", recorded="not that of its plan", here="as recorded"
        )
    for line in _study_changes(recorded, place.folder):
        yield Unlike(kind="configuration", name="study file", recorded="as registered", here=line)


def _study_changes(recorded: Recorded, folder: Path) -> Iterator[str]:
    """Give how the study file in place differs from the plan that is run; nothing if it is gone."""
    from trialist.design.difference import plan_difference
    from trialist.lab.prepare import prepare
    from trialist.lab.study import load_study

    sessions = recorded.history.sessions
    if not sessions or sessions[-1].file is None:
        return
    path = folder / Path(sessions[-1].file).name
    search = recorded.plan.search
    extends = search is not None and search.extends is not None
    if not path.is_file() or recorded.plan.parent is not None or extends:
        return
    try:
        plan = prepare(load_study(path, sessions[-1].overrides)).plan
    except TrialistError as error:
        yield f"cannot be read now: {error.mistakes[0].message}"
        return
    plan = replace(plan, vectorize=recorded.plan.vectorize)  # it was tried when it was registered
    for line in plan_difference(recorded.plan, plan):
        if not line.startswith("code "):
            yield line


def _rest(recorded: Recorded, here: Facts) -> Iterator[Unlike]:
    if recorded.facts is None:
        yield from _from_start_line(recorded, here)
        return
    before, now = recorded.facts.read(), here.content
    for kind, names in (("machine", _MACHINE), ("software", _SOFTWARE)):
        for name in names:
            old, new = before[kind].get(name), now[kind].get(name)
            yield from _unlike(kind, name, _words(old), _words(new))
    for name in sorted({*before["data"], *now["data"]}):
        old, new = before["data"].get(name), now["data"].get(name)
        yield from _unlike("data", name, _version(old), _version(new))
    was, is_now = versions_in(recorded.facts.lock()), versions_in(here.lock)
    for name in sorted({*was, *is_now}):
        if name not in _SOFTWARE:
            old, new = was.get(name, "not installed"), is_now.get(name, "not installed")
            yield from _unlike("packages", name, old, new)


def _from_start_line(recorded: Recorded, here: Facts) -> Iterator[Unlike]:
    software = here.content["software"]
    for name, value in recorded.start.get("environment", {}).items():
        if name in software:
            yield from _unlike("software", name, str(value), software[name])
    host = here.content["machine"]["host"]
    yield from _unlike("machine", "host", str(recorded.start.get("host")), host)


def _version(version: Mapping[str, Any] | None) -> str:
    return "not there" if version is None else f"sha256 {version['sha256'][:12]}"


def _words(value: Any) -> str:
    if value is None or value == []:
        return "none"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _unlike(kind: str, name: str, recorded: str, here: str) -> Iterator[Unlike]:
    if recorded != here:
        yield Unlike(kind=kind, name=name, recorded=recorded, here=here)
