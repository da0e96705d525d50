"""provenance.json of an attempt, and what its start line says of it."""

import dataclasses
import json

from trialist.execute.attempt import run_attempt
from trialist.ledger.attemptfacts import read_attempt_facts
from trialist.ledger.journal import read_journal

SESSION = {"command": ["trialist", "run", "study.yaml"], "facts": "ab" * 32}


def attempt(task, function):
    run_attempt(task, function, stop=lambda: False, threads=2)
    return read_journal(task.directory / "journal.jsonl").start


def test_the_start_line_holds_the_digest_of_the_file(make_task):
    task = dataclasses.replace(make_task(config={"lr": 0.1}), provenance=SESSION)
    start = attempt(task, lambda config, run: 0.5)
    found = read_attempt_facts(task.directory, start["provenance"])
    assert start["facts"] == SESSION["facts"]
    assert found["command"] == SESSION["command"]
    assert (found["run"], found["attempt"], found["threads"]) == ("wide/seed-0", 1, 2)
    assert (found["config"], found["seeds"]) == (start["config"], start["seeds"])
    assert found["determinism"] == "auto"


def test_without_facts_nothing_is_written(make_task):
    task = make_task()
    start = attempt(task, lambda config, run: 0.5)
    assert "provenance" not in start
    assert not (task.directory / "provenance.json").exists()


class Script:
    def __init__(self, said):
        self.said = said

    def __call__(self, config, run):
        return 0.5

    def script(self, config, run):
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


def test_a_script_says_its_exact_command_without_secrets(make_task):
    task = dataclasses.replace(make_task(), provenance=SESSION)
    said = {"argv": ["python", "t.py", "--api-key", "abc"], "cwd": "/x", "env": {"A_TOKEN": "abc"}}
    start = attempt(task, Script(said))
    found = read_attempt_facts(task.directory, start["provenance"])["script"]
    assert found["argv"][:3] == ["python", "t.py", "--api-key"]
    assert found["cwd"] == "/x"
    assert "abc" not in json.dumps(found)


def test_a_script_that_cannot_say_it_runs_all_the_same(make_task):
    task = dataclasses.replace(make_task(), provenance=SESSION)
    start = attempt(task, Script(KeyError("lr")))
    found = read_attempt_facts(task.directory, start["provenance"])["script"]
    assert found == {"unknown": "KeyError: 'lr'"}


def test_a_trial_may_have_an_attribute_of_that_name(make_task):
    def train(config, run):
        return 0.5

    train.script = "text"
    task = dataclasses.replace(make_task(), provenance=SESSION)
    start = attempt(task, train)
    assert "script" not in read_attempt_facts(task.directory, start["provenance"])
