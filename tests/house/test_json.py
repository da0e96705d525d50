"""`--json` everywhere: one JSON object on stdout, errors too, with the right exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib import import_module

import click
import pytest

from trialist.cli import main as front
from trialist.cli.main import _COMMANDS, main
from trialist.values.errors import TrialistError

WITHOUT_FAILURE = {("init",): ["study.yaml"]}
"""Commands that succeed in an empty folder, and a file whose presence makes them fail."""


def leaves(
    command: click.Command, way: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Give every command that does something, with the words that call it."""
    if isinstance(command, click.Group):
        ctx = click.Context(command)
        for name in command.list_commands(ctx):
            inner = command.get_command(ctx, name)
            assert inner is not None
            yield from leaves(inner, (*way, name))
    else:
        yield way, command


ALL = [
    leaf
    for name in _COMMANDS
    for leaf in leaves(import_module(f"trialist.cli.{name.replace('-', '_')}").command, (name,))
]
WAYS = [" ".join(way) for way, _ in ALL]


def called(words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Call the command line; give its exit code, and what stands on stdout."""
    monkeypatch.setattr(sys, "argv", ["trialist", *words])
    with pytest.raises(SystemExit) as end:
        main()
    return end.value.code or 0, capsys.readouterr()


def arguments(command: click.Command) -> list[str]:
    """Give names of things that are not there, for all arguments that must be given."""
    return [
        f"nothing-{number}"
        for number, one in enumerate(command.params)
        if isinstance(one, click.Argument) and one.required
    ]


def required_options(command: click.Command) -> list[str]:
    """Give values for options that must be given."""
    return [
        word
        for one in command.params
        if isinstance(one, click.Option) and one.required
        for word in (one.opts[0], "nothing.csv")
    ]


def check_error(text: str) -> dict[str, object]:
    """Hold one error as JSON against its form."""
    data = json.loads(text)
    assert set(data) == {"error", "mistakes"}
    assert isinstance(data["error"], str)
    assert data["mistakes"]
    for mistake in data["mistakes"]:
        assert set(mistake) == {"message", "where", "todo"}
        assert mistake["message"]
    return data


@pytest.mark.parametrize(("way", "command"), ALL, ids=WAYS)
def test_every_command_writes_json(way: tuple[str, ...], command: click.Command) -> None:
    del way
    options = [flag for one in command.params for flag in one.opts]
    assert "--json" in options


@pytest.mark.parametrize(("way", "command"), ALL, ids=WAYS)
def test_a_usage_error_is_json_too(way, command, capsys, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    del command
    code, said = called([*way, "--json", "--no-such-option"], capsys, monkeypatch)
    assert code == 2
    assert "no-such-option" in str(check_error(said.out))
    assert said.err == ""


@pytest.mark.parametrize(("way", "command"), ALL, ids=WAYS)
def test_a_failure_is_json_with_its_exit_code(way, command, capsys, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in WITHOUT_FAILURE.get(way, ()):
        (tmp_path / name).touch()
    wrong = ["nothing"] if way in (("schema",), ("power",)) else arguments(command)
    code, said = called([*way, *wrong, *required_options(command), "--json"], capsys, monkeypatch)
    if code == 0:  # it found nothing to do, and said so
        json.loads(said.out)
        return
    assert code == 2
    check_error(said.out)


@pytest.mark.parametrize(
    ("error", "name", "code"),
    [
        (KeyboardInterrupt(), "Interrupted", 130),
        (click.exceptions.Abort(), "Interrupted", 130),
        (OSError(28, "No space left on device", "experiments/x"), "LedgerError", 2),
        (PermissionError(13, "Permission denied"), "LedgerError", 2),
        (TrialistError("odd"), "TrialistError", 2),
        (click.UsageError("odd"), "TrialistError", 2),
    ],
)
def test_whatever_ends_a_command_is_json(error, name, code, capsys, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(front.trialist, "main", broken)
    found, said = called(["status", "--json"], capsys, monkeypatch)
    assert found == code
    assert check_error(said.out)["error"] == name


def test_without_json_an_interrupt_ends_quietly(capsys, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(front.trialist, "main", broken)
    code, said = called(["status"], capsys, monkeypatch)
    assert (code, said.out, said.err) == (130, "", "")
