"""Starts a Python script with its random sources seeded from outside, for `seed: inject`.

Called as `python starter.py SEED script.py ...` or `python starter.py SEED -m module ...`. Python
is seeded at once, NumPy and torch at the moment when the script imports them, before its next line.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

SEEDED = ("numpy", "torch")


class _SeedingLoader(Loader):
    """Loads as another loader does, then seeds what was loaded."""

    def __init__(self, own: Any, seed: int) -> None:
        self._own = own
        self._seed = seed

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        created: ModuleType | None = self._own.create_module(spec)
        return created

    def exec_module(self, module: ModuleType) -> None:
        from trialist.train.seeding import seed_library

        self._own.exec_module(module)
        seed_library(module, self._seed)

    def __getattr__(self, name: str) -> Any:
        # What readers of a module ask its loader: source, resources, the file's name.
        return getattr(self._own, name)


class SeedingFinder(MetaPathFinder):
    """Finds the libraries that have a random source of their own."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def find_spec(
        self, name: str, path: Any = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Give the library's own spec with a loader that seeds it; None for any other module."""
        if name not in SEEDED:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _SeedingLoader(spec.loader, self._seed)
        return spec


def main(seed: int, words: list[str]) -> None:
    """Seed, then run a script or a module as if it had been started itself.

    Args:
        seed: The seed.
        words: The script with its arguments, or `-m`, the module and its arguments.
    """
    import random
    import runpy

    from trialist.train.seeding import seed_library

    seed_library(random, seed)
    for name in SEEDED:
        if name in sys.modules:
            seed_library(sys.modules[name], seed)
    sys.meta_path.insert(0, SeedingFinder(seed))
    if words[0] == "-m":
        sys.path[0] = str(Path.cwd())
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.path[0] = str(Path(words[0]).resolve().parent)
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
