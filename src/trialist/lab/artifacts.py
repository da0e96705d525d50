"""`trialist store artifact`: what the store knows of the files that runs put into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.ledger.artifactlog import ArtifactRecord, Version
from trialist.ledger.artifactnames import LATEST
from trialist.ledger.artifacts import ArtifactStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """An artifact in short.

    Attributes:
        record: All that its record says.
    """

    record: ArtifactRecord

    def to_dict(self) -> dict[str, Any]:
        """Give the artifact as plain data."""
        newest = self.record.versions[self.record.aliases[LATEST]]
        return {
            "name": self.record.name,
            "type": newest.type,
            "latest": newest.number,
            "versions": len(self.record.versions),
            "aliases": dict(self.record.aliases),
            "files": len(newest.files),
            "bytes": newest.bytes,
            "made_by": _maker(newest.made_by),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactHistory:
    """All that happened to an artifact.

    Attributes:
        record: All that its record says.
    """

    record: ArtifactRecord

    def to_dict(self) -> dict[str, Any]:
        """Give the history as plain data."""
        return {
            "name": self.record.name,
            "aliases": dict(self.record.aliases),
            "versions": [self._version(one) for one in self.record.versions],
            "moves": [
                {
                    "alias": move.alias,
                    "from": move.before,
                    "to": move.after,
                    "who": move.who,
                    "time": move.time,
                }
                for move in self.record.moves
            ],
        }

    def _version(self, version: Version) -> dict[str, Any]:
        uses = [one for one in self.record.uses if one.version == version.number]
        return {
            "version": version.number,
            "sha256": version.digest,
            "type": version.type,
            "metric": version.metric,
            "value": version.value,
            "bytes": version.bytes,
            "files": {path: one.sha256 for path, one in version.files.items()},
            "time": version.time,
            "made_by": list(dict.fromkeys(_maker(one.by) for one in uses if one.kind == "made")),
            "used_by": list(dict.fromkeys(_maker(one.by) for one in uses if one.kind == "used")),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactCopy:
    """A version, and where it lies.

    Attributes:
        name: The artifact's name.
        number: The version.
        digest: Its digest.
        path: Where it was copied to; None where nothing was copied.
    """

    name: str
    number: int
    digest: str
    path: Path | None = None

    @property
    def reference(self) -> str:
        """The version by its number, `NAME:V3`."""
        return f"{self.name}:v{self.number}"

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data."""
        place = None if self.path is None else str(self.path)
        return {
            "name": self.name,
            "version": self.number,
            "sha256": self.digest,
            **({"path": place} if place is not None else {}),
        }


def list_artifacts(store: str | Path = "experiments") -> tuple[Artifact, ...]:
    """Give every artifact of a store, by name."""
    artifacts = ArtifactStore(Path(store))
    return tuple(Artifact(record=artifacts.record(name)) for name in artifacts.names())


def artifact_history(name: str, *, store: str | Path = "experiments") -> ArtifactHistory:
    """Give everything that happened to an artifact.

    Raises:
        ArtifactError: If there is none of this name.
    """
    return ArtifactHistory(record=ArtifactStore(Path(store)).record(name))


def get_artifact(
    reference: str, *, out: str | Path = ".", store: str | Path = "experiments"
) -> ArtifactCopy:
    """Copy a version into the folder `out`.

    Raises:
        ArtifactError: If it is not known, was altered, or something lies there already.
    """
    version, path = ArtifactStore(Path(store)).copy_out(reference, Path(out))
    return _copy(version, path)


def name_artifact(reference: str, alias: str, *, store: str | Path = "experiments") -> ArtifactCopy:
    """Have `alias` name the version `reference`.

    Raises:
        ArtifactError: If it is not known, or the alias is impossible.
    """
    return _copy(ArtifactStore(Path(store)).move_alias(reference, alias))


def _copy(version: Version, path: Path | None = None) -> ArtifactCopy:
    return ArtifactCopy(name=version.name, number=version.number, digest=version.digest, path=path)


def _maker(by: Mapping[str, Any]) -> str:
    """Give a run as a person writes it, `study/variant/seed-3`."""
    run = str(by.get("run", "?"))
    return f"{by['study']}/{run}" if "study" in by else run
