"""Runs without a plan: their folders, their log, and who has them open."""

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from trialist.ledger import freeruns
from trialist.ledger.facts import Facts, FactsFolder
from trialist.ledger.folder import StudyFolder, attempts_in
from trialist.ledger.freeruns import is_free, is_open, open_free_run, refuse_free
from trialist.ledger.history import History
from trialist.ledger.journal import JournalWriter
from trialist.ledger.lock import StudyLock
from trialist.ledger.protocol_log import LogKind, ProtocolLog, read_chain
from trialist.ledger.store import Store, read_plan
from trialist.values.errors import ConfigError, LedgerError

CONFIG = {"lr": 0.1}


@pytest.fixture
def folder(tmp_path):
    return StudyFolder(tmp_path / "experiments" / "mine")


def opened(folder, seed=3, *, config=CONFIG, tags=()):
    return open_free_run(folder, config, seed, tags=tags)


def ended(run, status="finished"):
    """End a run as its process would."""
    journal = JournalWriter(run.directory / "journal.jsonl", clock=time.time)
    journal.start({})
    journal.end({"status": status})
    run.lock.release()


def test_a_run_lies_where_its_configuration_and_seed_say(folder):
    run = opened(folder, tags=("r1",))
    assert run.directory == folder.root / "trials" / run.variant / "seed-3" / "attempt-1"
    assert run.variant.startswith("run-")
    assert len(run.variant) == 12
    assert opened(folder, 4).variant == run.variant
    assert opened(folder, 3, config={"lr": 0.2}).variant != run.variant


def test_the_seed_among_the_arguments_makes_no_other_configuration(folder):
    plain = opened(folder, 1).variant
    assert opened(folder, 2, config={**CONFIG, "seed": 2}).variant == plain
    assert opened(folder, 3, config={**CONFIG, "seed": 9}).variant != plain


def test_every_start_is_in_the_log(folder):
    run = opened(folder, tags=("r1",))
    (entry,) = read_chain(folder.ledger).entries
    fields = {key: entry.fields[key] for key in ("free", "variant", "seed", "attempt", "tags")}
    assert entry.kind == LogKind.STARTED
    assert fields == {
        "free": True,
        "variant": run.variant,
        "seed": 3,
        "attempt": 1,
        "tags": ["r1"],
    }
    assert History([entry]).started == {(run.variant, 3, 1)}


def test_a_run_without_a_seed_gets_no_made_up_one(folder):
    first, second = opened(folder, None), opened(folder, None)
    assert (first.place, second.place) == ("unseeded-1", "unseeded-2")
    entries = read_chain(folder.ledger).entries
    assert [entry.fields["seed"] for entry in entries] == [None, None]
    assert History(entries).started == frozenset()
    assert folder.seeds(first.variant) == ()


def test_where_a_run_comes_from_is_kept_beside_the_runs(folder):
    facts = Facts(content={"code": {}}, lock="numpy==2\n")
    ended(open_free_run(folder, CONFIG, 0, tags=(), facts=facts))
    assert FactsFolder.of(folder.provenance, facts.digest).read() == {"code": {}}


def test_the_same_run_again_is_the_next_attempt(folder):
    ended(opened(folder))
    run = opened(folder)
    assert run.number == 2
    assert run.earlier == ()
    assert attempts_in(run.directory.parent) == (1, 2)


def test_what_ended_without_a_result_may_be_gone_on_from(folder):
    ended(opened(folder))
    second = opened(folder)
    ended(second, "failed")
    third = opened(folder)
    third.lock.release()  # killed before its first line
    fourth = opened(folder)
    assert fourth.earlier == (third.directory, second.directory)


def test_a_run_that_is_open_cannot_be_opened_again(folder):
    run = opened(folder)
    assert is_open(run.directory)
    with pytest.raises(LedgerError, match=rf"is open in process {os.getpid()}"):
        opened(folder)
    opened(folder, 4)


def test_a_lock_whose_holder_cannot_be_read_counts_as_open(folder):
    run = opened(folder)
    (run.directory / "lock").write_text("")
    with pytest.raises(LedgerError, match="is open in process unknown"):
        opened(folder)


def test_a_child_of_a_dead_process_does_not_keep_its_run_open(folder, monkeypatch):
    run = opened(folder)
    monkeypatch.setattr(freeruns, "read_holder", lambda _: _Dead())
    assert not is_open(run.directory)


class _Dead:
    is_alive = False


def test_a_killed_process_leaves_its_run_closed(folder):
    code = """
    import sys, time, pathlib
    from trialist.ledger.folder import StudyFolder
    from trialist.ledger.freeruns import open_free_run
    run = open_free_run(StudyFolder(pathlib.Path(sys.argv[1])), {}, 1, tags=())
    print(run.directory, flush=True)
    time.sleep(600)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), str(folder.root)],
        stdout=subprocess.PIPE,
        text=True,
    ) as script:
        directory = folder.root / script.stdout.readline().strip()
        assert is_open(directory)
        script.send_signal(signal.SIGKILL)
    assert not is_open(directory)
    assert not is_open(directory.parent / "attempt-9")


def _open_many(root, seeds, ready):
    ready.wait()
    for seed in seeds:
        open_free_run(StudyFolder(root), CONFIG, seed, tags=()).lock.release()
        open_free_run(StudyFolder(root), CONFIG, None, tags=()).lock.release()


def test_six_processes_at_once_lose_no_start(folder):
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(6)
    processes = [
        context.Process(target=_open_many, args=(folder.root, range(5 * k, 5 * k + 5), ready))
        for k in range(6)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 6
    chain = read_chain(folder.ledger)
    assert not chain.faults
    assert not chain.torn
    places = sorted(entry.fields["place"] for entry in chain.entries)
    assert places == sorted(
        [*(f"seed-{k}" for k in range(30)), *(f"unseeded-{k}" for k in range(1, 31))]
    )


def test_the_name_of_a_planned_study_is_refused(folder):
    folder.root.mkdir(parents=True)
    log = ProtocolLog(folder.ledger, clock=time.time)
    log.append(LogKind.REGISTERED, plan="sha256:ab")
    with pytest.raises(ConfigError, match="mine is a study with a plan"):
        opened(folder)
    folder.plan_file.write_text("{}")
    with pytest.raises(ConfigError, match="mine is a study with a plan"):
        opened(folder)


def test_a_name_that_somebody_holds_for_long_is_an_error(folder, monkeypatch):
    monkeypatch.setattr(freeruns, "_WAIT_S", 0.05)
    folder.root.mkdir(parents=True)
    StudyLock(folder.lock_file)
    with pytest.raises(LedgerError, match="has held mine for a minute"):
        opened(folder)


def test_a_coordinator_that_registers_meanwhile_is_seen(folder, monkeypatch):
    folder.root.mkdir(parents=True)
    lock = StudyLock(folder.lock_file)

    def registered(_):
        folder.plan_file.write_text("{}")

    monkeypatch.setattr(time, "sleep", registered)
    with pytest.raises(ConfigError, match="with a plan"):
        opened(folder)
    lock.release()


def test_what_is_free_is_said_by_its_log(folder):
    assert not is_free(folder)
    opened(folder)
    assert is_free(folder)
    assert Store(folder.root.parent).find("mine") == folder
    folder.ledger.write_text("nonsense\n")
    assert not is_free(folder)
    folder.ledger.write_text("[1]\n")
    assert not is_free(folder)
    folder.plan_file.write_text("{}")
    assert not is_free(folder)


def test_commands_that_need_a_plan_say_that_there_is_none(folder):
    refuse_free(folder)
    opened(folder)
    with pytest.raises(LedgerError, match=r"mine holds free runs \(no plan\)") as caught:
        read_plan(folder)
    assert "trialist compare" in str(caught.value.mistakes[0].todo)
