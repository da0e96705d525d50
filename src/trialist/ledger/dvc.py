"""What DVC knows of a file or folder, read from its own small files; DVC itself is not needed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.ledger.packages import plain_url


@dataclass(frozen=True, slots=True, kw_only=True)
class DvcVersion:
    """A version of data as DVC names it.

    Attributes:
        md5: Its hash; of a folder it ends in `.dir`.
        remote: Where the remote storage keeps it, without passwords; None without a remote.
    """

    md5: str
    remote: str | None


def dvc_version(path: Path) -> DvcVersion | None:
    """Give what `PATH.dvc` or the nearest `dvc.lock` says of `path`; None where neither does."""
    path = Path(os.path.abspath(path))  # noqa: PTH100 — links are DVC's own way to place a file
    for place in (path.with_name(f"{path.name}.dvc"), *(one / "dvc.lock" for one in path.parents)):
        for out in _outs(place):
            if (place.parent / str(out.get("path"))) == path and out.get("md5"):
                md5 = str(out["md5"])
                return DvcVersion(md5=md5, remote=_remote(place.parent, md5))
    return None


def _outs(place: Path) -> Iterator[Mapping[str, Any]]:
    if not place.is_file():
        return
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        said = YAML(typ="safe", pure=True).load(place.read_text(encoding="utf-8"))
    except (OSError, ValueError, YAMLError):
        return
    stages = [said, *(said.get("stages") or {}).values()] if isinstance(said, dict) else []
    for stage in stages:
        outs = stage.get("outs") if isinstance(stage, dict) else None
        yield from (out for out in outs or () if isinstance(out, dict))


def _remote(folder: Path, md5: str) -> str | None:
    for above in (folder, *folder.parents):
        if not (above / ".dvc").is_dir():
            continue
        known = ConfigParser(interpolation=None)
        try:
            known.read([above / ".dvc" / "config", above / ".dvc" / "config.local"])
        except (ConfigError, UnicodeDecodeError):
            return None
        name = known.get("core", "remote", fallback=None)
        url = known.get(f"'remote \"{name}\"'", "url", fallback=None)
        return None if url is None else f"{plain_url(url)}/files/md5/{md5[:2]}/{md5[2:]}"
    return None
