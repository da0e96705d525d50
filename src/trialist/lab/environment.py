"""`trialist reproduce --environment`: a lock and a Dockerfile in which a run can be made again."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.lab.indexhashes import IndexHashes, index_hashes
from trialist.lab.rebuild import code_here, empty_folder, export, rebuild
from trialist.lab.recorded import Recorded, find_recorded
from trialist.ledger.atomic import write_atomic
from trialist.ledger.git import repository_of
from trialist.ledger.store import Store
from trialist.values.errors import ReproduceError, TrialistError

_EDITABLE = re.compile(r"# (\S+)==(\S+)  editable, (.+), (?:commit (\w+), (.+)|no git)")
_LOCAL = re.compile(r"\S+ @ file:.*")
_PINNED = re.compile(r"[^\s#]+==[^\s+]+  ")
_LOCK, _UNHASHED = "requirements.lock", "requirements-unhashed.lock"
_BUILD = re.compile(r"(\S+)==([^\s+]+)\+(\S+)  .*")
_DOCKERFILE = """\
# Makes {run} of {study} again. Build and start it:
#   docker build {index_argument}-t {tag} .
#   docker run --rm {gpus}{tag}
FROM python:{python}-slim
{index_note}ARG EXTRA_INDEX=""
{git}COPY requirements*.lock /study/
{installed}{vendored}COPY code /study/code
COPY store /study/store
ENV {variables}
WORKDIR {folder}
CMD {command}
"""

_GIT = """\
RUN apt-get update && apt-get install --yes --no-install-recommends git \\
    && rm -rf /var/lib/apt/lists/*
"""
_INSTALL = """\
RUN pip install --no-cache-dir --no-deps ${{EXTRA_INDEX:+--extra-index-url "$EXTRA_INDEX"}} \\
    -r /study/{0}
"""
_INDEX_NOTE = "# {0} is the build for {1}; EXTRA_INDEX names an index that has it.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenEnvironment:
    """What was written, and how to use it.

    Attributes:
        folder: The folder.
        files: What was written there.
        notes: What a person has to know or add.
        build: The command that builds the image.
        start: The command that makes the run again in it.
    """

    folder: Path
    files: tuple[Path, ...]
    notes: tuple[str, ...]
    build: str
    start: str

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {
            "folder": str(self.folder),
            "files": [str(path) for path in self.files],
            "notes": list(self.notes),
            "build": self.build,
            "start": self.start,
        }


def write_environment(
    run: str,
    target: str | Path,
    *,
    store: str | Path = "experiments",
    folder: str | Path | None = None,
    hashes: bool = False,
) -> WrittenEnvironment:
    """Write what makes a run again elsewhere: packages, code, its record, and a Dockerfile.

    Args:
        run: `variant/seed-3` of the newest study, or `study/variant/seed-3`.
        target: Where to; must be empty or not there.
        store: The folder of all studies.
        folder: The study's folder, where its repository is; None: it is looked for.
        hashes: True asks pip's package index for the hash of each archive.

    Raises:
        LedgerError: If there is no such run, or what was kept of it is damaged.
        ReproduceError: If the record does not hold its code or its packages.
    """
    recorded = find_recorded(run, Store(Path(store).absolute()))
    if recorded.facts is None:
        raise ReproduceError(
            "this run was made by a version that kept no list of packages",
            where=str(recorded.folder.root),
            todo="run the study again with this version: `trialist run STUDY --new`",
        )
    place = empty_folder(Path(target))
    lock = recorded.facts.lock()
    vendored, notes = _vendor(lock, place)
    names, unhashed = _write_locks(lock, place, hashes=hashes)
    (place / "code").mkdir()
    found = code_here(recorded, None if folder is None else Path(folder))
    code = rebuild(recorded, place / "code", near=found.folder if found else None, link=False)
    _copy_record(recorded, place / "store" / recorded.folder.name)
    tag = re.sub(r"[^a-z0-9_.-]+", "-", f"{recorded.folder.name}-{recorded.variant}".lower())
    build = _build_of(lock)
    inside = (Path("/study/code") / code.folder.relative_to(place / "code")).as_posix()
    write_atomic(place / "Dockerfile", _dockerfile(recorded, tag, inside, vendored, names))
    argument = "--build-arg EXTRA_INDEX=URL " if build else ""
    return WrittenEnvironment(
        folder=place,
        files=tuple(place / name for name in (*names, "Dockerfile", "code", "store")),
        notes=(*notes, *unhashed, *_notes(recorded, build)),
        build=f"docker build {argument}-t {tag} {shlex.quote(str(target))}",
        start=f"docker run --rm {_gpu_option(recorded)}{tag}",
    )


def _write_locks(
    lock: str, place: Path, *, hashes: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write what pip can install elsewhere; give the names of the files, and notes."""
    # Files of this machine are nowhere else.
    lines = [f"# {line}" if _LOCAL.match(line) else line for line in lock.splitlines()]
    found = IndexHashes()
    if hashes:
        pins = (line.partition("  ")[0] for line in lines if _PINNED.match(line))
        found = index_hashes(tuple(pins))
    hashed = [line for line in lines if line.partition("  ")[0] in found.found]
    rest = [line for line in lines if line not in hashed]
    notes = () if found.problem is None else (f"no hashes from the index: {found.problem}",)
    if not hashed:
        write_atomic(place / _LOCK, "\n".join(rest) + "\n")
        return (_LOCK,), notes
    # pip wants a hash of every line in a file, or of none.
    pairs = ((one.partition("  ")[0], found.found[one.partition("  ")[0]]) for one in hashed)
    text = "".join(f"{pin} --hash=sha256:{digest}\n" for pin, digest in pairs)
    write_atomic(place / _LOCK, text)
    rest = [line for line in rest if not line.startswith("# ") or _EDITABLE.match(line)]
    write_atomic(place / _UNHASHED, "\n".join(["# No index gave a hash of these.", *rest]) + "\n")
    return (_LOCK, _UNHASHED), notes


def _vendor(lock: str, place: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Export the source of editable installations at their recorded commit."""
    names: list[str] = []
    notes: list[str] = []
    for name, version, source, commit, state in _editable(lock):
        target = place / "vendor" / name
        top = repository_of(Path(source)) if Path(source).is_dir() else None
        try:
            if commit is None or top is None:
                raise ReproduceError("its source is not here", todo="give its repository")
            target.mkdir(parents=True)
            export(top, commit, target)
        except TrialistError as error:
            shutil.rmtree(target, ignore_errors=True)
            notes.append(
                f"{name} {version} was installed from {source}: {error.mistakes[0].message}; "
                f"put it into vendor/{name} and add it to the Dockerfile"
            )
            continue
        names.append(f"{name}/{Path(source).relative_to(top).as_posix()}".removesuffix("/."))
        if state != "clean":
            notes.append(f"{name} differed from commit {commit[:12]}: what differed was not kept")
    return tuple(names), tuple(notes)


def _editable(lock: str) -> Iterator[tuple[str, str, str, str | None, str | None]]:
    for line in lock.splitlines():
        found = _EDITABLE.fullmatch(line)
        if found:
            yield found[1], found[2], found[3], found[4], found[5]


def _build_of(lock: str) -> tuple[str, str] | None:
    """Give name and build of a package that only an index of its own has, such as torch, cpu."""
    for line in lock.splitlines():
        found = _BUILD.fullmatch(line)
        if found:
            return f"{found[1]} {found[2]}", found[3]
    return None


def _notes(recorded: Recorded, build: tuple[str, str] | None) -> Iterator[str]:
    if build is not None:
        yield (
            f"{build[0]} is the build for {build[1]}: give the index that has it as EXTRA_INDEX "
            "(see the installation page of that project)"
        )
    if recorded.facts is not None and recorded.facts.read()["data"]:
        names = ", ".join(recorded.facts.read()["data"])
        yield f"the data are not in the image: mount them over /study/code ({names})"


def _copy_record(recorded: Recorded, target: Path) -> None:
    """Copy what `reproduce` reads: the log, the plan, the run, and the facts of its session."""
    source = recorded.folder.root
    target.mkdir(parents=True)
    for name in ("ledger.jsonl", "plan.json", "study.yaml"):
        if (source / name).exists():
            shutil.copy2(source / name, target / name)
    run = recorded.folder.run(recorded.variant, recorded.seed).relative_to(source)
    facts = recorded.facts.root.relative_to(source) if recorded.facts else None
    for part in (run, facts, Path("plans")):
        if part is not None and (source / part).is_dir():
            ignored = shutil.ignore_patterns("checkpoints", "artifacts")
            shutil.copytree(source / part, target / part, ignore=ignored)


def _gpu_option(recorded: Recorded) -> str:
    has = recorded.facts is not None and bool(recorded.facts.read()["machine"]["gpus"])
    return "--gpus all " if has else ""


def _dockerfile(
    recorded: Recorded,
    tag: str,
    folder: str,
    vendored: tuple[str, ...],
    locks: tuple[str, ...],
) -> str:
    facts = recorded.facts.read() if recorded.facts else {}
    build = _build_of(recorded.facts.lock()) if recorded.facts else None
    run = f"{recorded.folder.name}/{recorded.name}"
    words = ["trialist", "reproduce", run, "--store", "/study/store", "--folder", "."]
    note = "" if build is None else _INDEX_NOTE.format(*build)
    copies = "".join(
        f"COPY vendor/{name.partition('/')[0]} /study/vendor/{name.partition('/')[0]}\n"
        f"RUN pip install --no-cache-dir --no-deps /study/vendor/{name}\n"
        for name in vendored
    )
    return _DOCKERFILE.format(
        run=recorded.name,
        study=recorded.folder.name,
        tag=tag,
        index_argument="--build-arg EXTRA_INDEX=URL " if build else "",
        gpus=_gpu_option(recorded),
        python=facts["software"]["python"],
        git=_GIT if " @ git+" in (recorded.facts.lock() if recorded.facts else "") else "",
        index_note=note,
        installed="".join(_INSTALL.format(name) for name in locks),
        vendored=copies,
        variables=f"PYTHONHASHSEED=0 OMP_NUM_THREADS={recorded.threads}",
        folder=folder,
        command="[" + ", ".join(f'"{word}"' for word in words) + "]",
    )
