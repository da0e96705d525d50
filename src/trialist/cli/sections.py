"""The help of a command with many options: under titles, in the order of a reader's questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click


class SectionedCommand(click.Command):
    """A command whose help shows its options under titles.

    Args:
        sections: Names of parameters by title; what stands under none comes last.
        args: As in `click.Command`.
        kwargs: As in `click.Command`.
    """

    def __init__(
        self, *args: Any, sections: Mapping[str, tuple[str, ...]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._sections = sections or {}

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under their titles."""
        left = {one.name: one for one in self.get_params(ctx) if isinstance(one, click.Option)}
        parts = {
            title: [left.pop(name) for name in names if name in left]
            for title, names in self._sections.items()
        }
        parts["Options"] = list(left.values())
        for title, params in parts.items():
            records = [record for one in params if (record := one.get_help_record(ctx))]
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)
