"""The configuration of a trial, in its folder, for a person to read."""

from __future__ import annotations

import json
import os
from pathlib import Path

from trialist.values.study import Config


def write_config(folder: Path, config: Config) -> None:
    """Write `config.yaml` into a trial's folder, unless it says the same already.

    Plan, log and journals are the truth: it is derived from them, and not synced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = (f"{json.dumps(key)}: {json.dumps(config[key])}\n" for key in config)
    text = "".join(lines) or "{}\n"
    path = folder / "config.yaml"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
