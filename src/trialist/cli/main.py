"""The command `trialist`: its commands are loaded when they are called."""

from __future__ import annotations

import shlex
import sys

import click

from trialist.cli.errors import show_error, show_interrupted, show_usage_error
from trialist.cli.lazy import LazyGroup
from trialist.values.errors import LedgerError, TrialistError

_COMMANDS = {
    "init": "write a study that runs into this folder",
    "plan": "show what a study will do, what it costs, what it can show",
    "doctor": "probe a study for what would spoil its results",
    "lr-find": "say in which range to search the learning rate",
    "batch-find": "say which batch sizes fit and pay, or how many processes should load data",
    "preview": "show training examples before and after augmentation",
    "run": "run a study to its verdict; run it again to go on",
    "status": "show where a study stands",
    "watch": "show a running study as it goes on, from any terminal",
    "wait": "wait until a study is answered, or no longer runs",
    "compare": "give verdicts on results that exist already",
    "analyze": "check what searches found: ranges, trials, curves",
    "power": "say how many seeds find which difference",
    "report": "write the report again from the store",
    "next": "say what to do after a study, and write the file of the next round",
    "adopt": "make a variant the new baseline, if its verdict allows it",
    "open-test": "evaluate a study once on its sealed test set",
    "reproduce": "make one run again and compare it bit by bit",
    "verify": "check the record and compute the verdict again",
    "export": "write the runs of a study, or their curves, as Parquet or CSV",
    "store": "look after the folder of all studies, and what runs put into it",
    "schema": "give the JSON Schema of a study file, for editors, or of what is written",
}


@click.group(
    cls=LazyGroup,
    commands_in=_COMMANDS,
    module="trialist.cli.",
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="trialist")
@click.option("--debug", is_flag=True, help="Show tracebacks of errors.")
@click.pass_context
def trialist(ctx: click.Context, *, debug: bool) -> None:
    """Run deep-learning experiments to a verdict one can defend.

    Exit codes: 0 done, 1 done but the evidence refuses, 2 bad input, 3 runs failed,
    4 not finished (run again to go on), 130 interrupted.
    """
    ctx.obj = debug
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(2)


def _show_os_error(error: OSError, words: list[str]) -> None:
    told = LedgerError(
        f"{error.strerror or error}",
        where=str(error.filename) if error.filename else None,
        todo="mend that, then run the same command again; it goes on where it stopped",
    )
    told.__cause__ = error
    show_error(told, as_json="--json" in words, debug="--debug" in words)


def main() -> None:
    """Run the command line and exit with its code."""
    words = sys.argv[1:]
    try:
        code = trialist.main(args=words, prog_name="trialist", standalone_mode=False)
    except TrialistError as error:
        show_error(error, as_json="--json" in words, debug="--debug" in words)
        code = error.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        if "--json" in words:
            show_interrupted(shlex.join(["trialist", *words]), as_json=True)
        code = 130
    except click.ClickException as error:
        show_usage_error(error, as_json="--json" in words)
        code = 2
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe went away: nothing is wrong
        code = 0
    except OSError as error:  # a full disk, a file that may not be written
        _show_os_error(error, words)
        code = 2
    sys.exit(code or 0)
