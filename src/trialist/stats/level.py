"""The range of a confidence level and of an error rate."""

from __future__ import annotations

from trialist.values.errors import ConfigError


def check_level(level: float) -> None:
    """Refuse a confidence level outside (0, 1).

    Raises:
        ConfigError: If `level` is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ConfigError(f"the level is {level!r}, not between 0 and 1", todo="use 0.95")


def check_alpha(alpha: float) -> None:
    """Refuse an error rate outside (0, 1).

    Raises:
        ConfigError: If `alpha` is not between 0 and 1.
    """
    if not 0 < alpha < 1:
        raise ConfigError(f"alpha is {alpha!r}, not between 0 and 1", todo="use 0.05")
