"""The configuration of a trial, in its folder, for a person to read."""

from __future__ import annotations

import json
from pathlib import Path

from trialist.ledger.atomic import write_atomic
from trialist.values.study import Config


def write_config(folder: Path, config: Config) -> None:
    """Write `config.yaml` into a trial's folder, unless it says the same already."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (f"{json.dumps(key)}: {json.dumps(config[key])}\n" for key in config)
    text = "".join(lines) or "{}\n"
    path = folder / "config.yaml"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_atomic(path, text)
