"""A command as a trial function: called with a configuration and a run, as any other."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from trialist.execute.attach import STOP
from trialist.execute.command.clashes import Clashes
from trialist.execute.command.feed import Feed
from trialist.execute.command.files import Files, environment_of, files_before
from trialist.execute.command.guard import KILL, TERM, Exit, Program
from trialist.execute.command.lastwords import ended_badly, not_in_file, not_seen, not_started
from trialist.execute.command.launch import Filling, Launch, launch_of
from trialist.execute.command.lines import Lines
from trialist.execute.command.matcher import Matcher
from trialist.execute.command.sources.source import Place
from trialist.execute.handle import Handle
from trialist.execute.spool import SPOOL, Spool
from trialist.values.command import Command, Cwd
from trialist.values.errors import TrialError
from trialist.values.metricsource import SourceKind

POLL_S = 0.05
ASK_S = 2.5
"""How long a script that can be asked to stop may take for it."""
END_S = 1.5
"""How long a program may take for its end after SIGTERM, before SIGKILL."""
_CHUNK = 1 << 20


class CommandTrial:
    """Runs a command for one run after the other.

    Args:
        command: The command.
        folder: The study file's folder.
    """

    def __init__(self, command: Command, folder: Path) -> None:
        self._command = command
        self._folder = folder

    def script(self, config: Mapping[str, Any], run: Handle) -> dict[str, Any]:
        """Give what is started for a run, as plain data; nothing is started."""
        return self._launch(config, run).to_dict()

    def __call__(self, config: Mapping[str, Any], run: Handle) -> dict[str, float] | None:
        """Make one run.

        Returns:
            The value of the goal metric that counts; None where the run was asked to stop.

        Raises:
            TrialError: If the program cannot be started, ends badly, or never says the goal
                metric.
        """
        launch = self._launch(config, run)
        for path, text in launch.files.items():
            path.write_text(text, encoding="utf-8")  # a power cut ends this attempt anyway
        clashes = Clashes(self._folder, run.directory)
        watch = _Watch(self._command, launch, run, self._paths(config, run, launch))
        end = watch.to_the_end()
        if self._command.cwd is Cwd.STUDY:
            clashes.report(run.finding)
        if run.stop_seen:
            return None
        if end.error is not None:
            raise not_started(launch.argv, end.error)
        if end.code != 0:
            raise ended_badly(_name(self._command), end, run.directory)
        if watch.feed.value is None:
            raise watch.without_goal()
        return {self._command.sources[0].name: watch.feed.value}

    def _launch(self, config: Mapping[str, Any], run: Handle) -> Launch:
        launch = launch_of(self._command, self._folder, config, run)
        sources = self._command.sources
        plain = Filling(self._command, self._folder, config, run).config
        env = {
            **environment_of(sources, run.directory, plain, run.seed.base),
            **launch.env,
        }
        files = {**files_before(sources, run.directory, plain, run.seed.base), **launch.files}
        return Launch(argv=launch.argv, cwd=launch.cwd, env=env, files=files)

    def _paths(self, config: Mapping[str, Any], run: Handle, launch: Launch) -> dict[str, Path]:
        filling = Filling(self._command, self._folder, config, run)
        return {
            source.name: launch.cwd / filling.text(source.file)
            for source in self._command.sources
            if source.file is not None
        }


class _Watch:
    """One program from its start to its end."""

    def __init__(
        self, command: Command, launch: Launch, run: Handle, paths: Mapping[str, Path]
    ) -> None:
        self._command = command
        self._launch = launch
        self._run = run
        self.feed = Feed(run, command.sources[0])
        self._matcher = Matcher(command.sources, run.finding)
        self._spool_file = run.directory / SPOOL
        self._spool = Spool(self._spool_file)
        place = Place(run_dir=run.directory, cwd=launch.cwd, path=None, began=time.time())
        self._files = Files(command.sources, place, paths)
        self._paths = paths
        self._asked: float | None = None
        self._orders = [(ASK_S, TERM), (ASK_S + END_S, KILL)]

    def to_the_end(self) -> Exit:
        """Start the program, and give how it ended once all that it said is recorded."""
        directory = self._run.directory
        for name in ("stdout.log", "stderr.log"):
            (directory / name).touch()
        with (
            (directory / "stdout.log").open("rb") as out,
            (directory / "stderr.log").open("rb") as err,
            Program(self._launch, directory, terminal=self._command.terminal) as program,
        ):
            streams = [(out, Lines()), (err, Lines())]
            while (end := program.wait(POLL_S)) is None:
                self._take(streams)
                if self._run.should_stop():
                    self._stop(program)
            self._take(streams, ended=True)
        return end

    def without_goal(self) -> TrialError:
        """Give the error for a program that ended well and never said the goal metric."""
        goal, output = self._command.sources[0], self._run.directory
        if goal.kind in (SourceKind.TEXT, SourceKind.JSON):
            return not_seen(goal, self.feed.seen, output)
        return not_in_file(goal, self._paths.get(goal.name), self._files.names(goal), output)

    def _take(self, streams: Sequence[tuple[IO[bytes], Lines]], *, ended: bool = False) -> None:
        if self._spool.drain(self.feed, ended=ended) or self._spool_file.exists():
            self._matcher.leave_defaults_out()
        for stream, lines in streams:
            while data := stream.read(_CHUNK):
                self._search(lines.feed(data))
            if ended:
                self._search(lines.end())
        for rows in self._files.new(ended=ended):
            self.feed.give(rows)
        if ended:
            self.feed.flush()

    def _search(self, lines: list[str]) -> None:
        if self._matcher.is_idle:
            return
        for line in lines:
            rows = self._matcher.rows(line)
            if rows:
                self.feed.give(rows)

    def _stop(self, program: Program) -> None:
        if self._asked is None:
            self._asked = time.monotonic()
            (self._run.directory / STOP).touch()
            if not self._spool_file.exists():  # it would never look
                self._orders = [(0.0, TERM), (END_S, KILL)]
        while self._orders and time.monotonic() - self._asked >= self._orders[0][0]:
            program.signal(self._orders.pop(0)[1])


def command_trial(command: Command, folder: Path) -> Callable[..., Any]:
    """Give a command as a trial function `f(config, run)`."""
    return CommandTrial(command, folder)


def _name(command: Command) -> str:
    script = command.python_script
    if script is not None:
        return script.name
    return "the command" if command.needs_shell else command.words[0]
