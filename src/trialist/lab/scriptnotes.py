"""What a person is told about a script: what was read, and what is to be known or decided."""

from __future__ import annotations

from collections.abc import Iterator

from trialist.lab.scriptreading import ScriptReading


def read_of(found: ScriptReading) -> Iterator[str]:
    """Give what was found in the script, in a few words each."""
    options = found.options
    what = "option" if len(options.options) == 1 else "options"
    yield f"{len(options.options)} {what} ({options.way})" if options.options else "no options"
    dashes = "" if found.is_wandb else "--"
    yield f"the seed is {dashes}{found.seed.name}" if found.seed else "no option for a seed"
    if found.goal is not None:
        how = found.goal.keys.get("from", "printed")
        yield f"the metric is {found.goal.shown!r} in line {found.goal.line} ({how})"
    else:
        yield "no metric"


def notes_of(found: ScriptReading) -> Iterator[str]:
    """Give what a person has to know or decide."""
    yield from _seed_notes(found)
    if found.options.way == "hydra":
        yield (
            "the script uses Hydra: put the keys that you change into config, and {args} with "
            "args: keyvalue into the command"
        )
    elif found.options.way == "none" and found.reads_argv:
        yield (
            "the script reads sys.argv itself: write its options into the command by hand, such as "
            "--lr={lr}"
        )
    elif found.options.way == "none" and not found.is_wandb:
        yield (
            "the script takes no options that could be read: variants need a way in, such as an "
            "option per key, or trialist.start_run().config"
        )
    if found.is_wandb:
        yield (
            "the script is configured by wandb.config: the keys of config reach it as in a sweep, "
            "and the metric has to be from: wandb"
        )
    for option in found.options.options:
        if option.is_required and not option.is_positional:
            yield f"--{option.name} is required: put it into config"
        if option.is_positional:
            yield f"{option.name.upper()} in the command is an argument: write its value there"
    yield from _metric_notes(found)


def _seed_notes(found: ScriptReading) -> Iterator[str]:
    for one in found.fixed:
        where = f"{found.name}:{one.line}: {one.text}"
        if one.is_part:
            yield f"{where} keeps what it draws the same for every seed: a verdict holds for that"
        elif one not in found.hard:
            yield f"{where} seeds with a number of its own, beside the seed that it takes"
        else:
            yield (
                f"{where}: the seed is written in the script, so every run would be the same, and "
                "the study is refused. seed: inject does not help: the script seeds itself "
                "afterwards. Give it an option (--seed) and seed with that"
            )
    if found.seed is None and found.open:
        first = found.open[0]
        yield (
            f"{found.name}:{first.line}: {first.text} takes its seed from somewhere: pass {{seed}} "
            "there, in the command, in env or in a file"
        )
    elif found.seed is None and not found.hard:
        yield "the script never seeds itself: seed: inject does it from outside"


def _metric_notes(found: ScriptReading) -> Iterator[str]:
    goal = found.goal
    if goal is None:
        yield "no metric was found: a line such as print(f'val_accuracy: {accuracy}') would do"
    elif goal.split is None:
        yield f"the script does not say of what data {goal.shown!r} is: it is called {goal.name}"
    elif goal.split == "test":
        yield f"{goal.name} is on test data: what is chosen by it is not tested by it"
    elif goal.split == "train":
        yield f"{goal.name} is on training data: better there need not be better"
