"""Writes src/trialist/stats/dunnett_table.py: thresholds of Dunnett's p for common schedules.

`python -m benchmarks.dunnett_table`: about four minutes on one core. The seed is fixed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from trialist.stats.dunnett_looks import Family, simulated_thresholds

ALPHA = 0.05
DRAWS = 4_000_000
SCHEDULES = (
    (5, 8, 12, 20),
    (3, 5, 8, 12, 20),
    (3, 5, 8, 12),
    (3, 5, 10),
    (5, 8, 10),
    (5, 8, 12),
)
FAMILIES = (2, 3, 4, 5, 6, 8, 10)
TARGET = Path(__file__).parents[1] / "src" / "trialist" / "stats" / "dunnett_table.py"

HEAD = f'''"""Thresholds of Dunnett's p for common schedules, from benchmarks/dunnett_table.py.

Alpha .05, spent as n^2, {DRAWS:,} draws: standard error of a threshold below 0.25 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Key = tuple[tuple[int, ...], int, bool]
"""Seeds per variant at each look, comparisons, and whether seeds are blocks."""

TABLE_ALPHA = {ALPHA}
TABLE_DRAWS = {DRAWS}

TABLE: Mapping[Key, tuple[float, ...]] = MappingProxyType(
    {{
'''


def main() -> int:
    start = time.perf_counter()
    rows = []
    for looks in SCHEDULES:
        for paired in (True, False):
            for k in FAMILIES:
                family = Family(k=k, paired=paired)
                found = simulated_thresholds(looks, alpha=ALPHA, family=family, draws=DRAWS)
                rows.append(f"        ({looks}, {k}, {paired}): {found},\n")
        print(f"{looks}  {time.perf_counter() - start:.0f} s", flush=True)
    TARGET.write_text(HEAD + "".join(rows) + "    }\n)\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
