"""W&B's offline files as a source of metrics, for scripts that call `wandb.init`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trialist.execute.command.sources.source import Collected, Place
from trialist.values.errors import ConfigError


class OfflineRuns:
    """Reads `offline-run-*` folders below the run's folder."""

    def environment(self, run_dir: Path, config: Mapping[str, Any], seed: int) -> dict[str, str]:
        """Give what keeps W&B offline and in the run's folder."""
        del config, seed
        return {"WANDB_MODE": "offline", "WANDB_DIR": str(run_dir)}

    def collect(self, place: Place, since: Mapping[str, Any], *, ended: bool) -> Collected:
        """Give the history since a position."""
        del place, since, ended
        raise ConfigError(
            "W&B's offline files cannot be read by this version yet",
            todo="print the metric and give a pattern, or write it as CSV and say from: file",
        )


reader = OfflineRuns()
