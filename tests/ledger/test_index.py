"""What the index remembers, and when it does not say it."""

import random
import sqlite3

from trialist.ledger import index as index_module
from trialist.ledger.index import Stamp, StoreIndex
from trialist.ledger.indexfile import INDEX_NAME

STAMP = Stamp(10, 20)
FACTS = {"end": {"value": 0.5}, "start": {"größe": 1}}
PLACE = ("digits", "wide/seed-0/attempt-1")


def filled(store):
    index = StoreIndex(store)
    index.remember(*PLACE, STAMP, FACTS, b"curves")
    index.remember_log("digits", STAMP, {"n": 3})
    index.remember_listing("digits", STAMP, {"runs": []})
    index.flush()
    return index


def test_what_is_remembered_is_there_for_the_next_command(tmp_path):
    filled(tmp_path)
    index = StoreIndex(tmp_path)
    assert index.journal(*PLACE, STAMP) == FACTS
    assert list(index.curves("digits")) == [(PLACE[1], STAMP, b"curves")]
    assert index.log("digits", STAMP) == {"n": 3}
    assert index.listing("digits", STAMP) == {"runs": []}


def test_a_file_of_another_size_or_time_is_not_remembered(tmp_path):
    index = filled(tmp_path)
    for stamp in (Stamp(11, 20), Stamp(10, 21)):
        assert index.journal(*PLACE, stamp) is None
        assert index.log("digits", stamp) is None
    assert index.journal("digits", "wide/seed-1/attempt-1", STAMP) is None
    assert index.journal("other", PLACE[1], STAMP) is None
    assert index.log("other", STAMP) is None


def test_what_waits_is_known_before_it_is_written(tmp_path):
    index = StoreIndex(tmp_path)
    index.remember(*PLACE, STAMP, FACTS, b"")
    index.remember_log("digits", STAMP, {"n": 3})
    assert index.journal(*PLACE, STAMP) == FACTS
    assert index.log("digits", STAMP) == {"n": 3}
    assert not (tmp_path / INDEX_NAME).exists()


def test_many_rows_are_written_in_batches(tmp_path, monkeypatch):
    monkeypatch.setattr(index_module, "_MOST_WAITING", 3)
    index = StoreIndex(tmp_path)
    for number in range(4):
        index.remember("digits", f"wide/seed-{number}/attempt-1", STAMP, FACTS, b"")
    assert len(list(StoreIndex(tmp_path).curves("digits"))) == 3


def test_a_listing_can_be_forgotten(tmp_path):
    index = filled(tmp_path)
    index.forget_listing("digits")
    assert index.listing("digits", STAMP) is None
    assert StoreIndex(tmp_path).listing("digits", STAMP) is None
    index.forget_listing("other")


def test_a_bit_that_flips_inside_a_row_is_noticed(tmp_path):
    filled(tmp_path)
    database = sqlite3.connect(tmp_path / INDEX_NAME)
    with database:
        database.execute("UPDATE journal SET facts = replace(facts, '0.5', '0.7')")
        database.execute("UPDATE curve SET points = x'00'")
        database.execute("UPDATE log SET size = 11")
    database.close()
    index = StoreIndex(tmp_path)
    assert index.journal(*PLACE, STAMP) is None
    assert list(index.curves("digits")) == []
    assert index.log("digits", Stamp(11, 20)) is None


def test_no_damage_anywhere_gives_anything_but_the_truth(tmp_path):
    filled(tmp_path)
    path = tmp_path / INDEX_NAME
    whole = path.read_bytes()
    rng = random.Random(0)
    for _ in range(100):
        data = bytearray(whole)
        for _ in range(rng.choice((1, 1, 40))):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        path.write_bytes(data)
        index = StoreIndex(tmp_path)
        assert index.journal(*PLACE, STAMP) in (None, FACTS)
        assert list(index.curves("digits")) in ([], [(PLACE[1], STAMP, b"curves")])
        assert index.log("digits", STAMP) in (None, {"n": 3})


def test_a_file_that_is_not_there_has_no_stamp(tmp_path):
    assert Stamp.of(tmp_path / "no") is None
    path = tmp_path / "yes"
    path.write_text("12345")
    assert Stamp.of(path) == Stamp(5, path.stat().st_mtime_ns)
