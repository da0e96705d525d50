"""The store's commands in words."""

from trialist.render.storetext import check_text, compact_text, copy_text
from trialist.render.style import TextStyle

STYLE = TextStyle()


def study(**changes):
    return {
        "study": "mixed",
        "sound": True,
        "running": False,
        "runs": {"sound": 12, "damaged": 0},
        "torn_journals": 0,
        "damage": [],
        "verdicts": {},
        "set_aside": [],
        "runs_again": [],
        **changes,
    }


def one(where="a/journal.jsonl:3", message="this line was changed", of_the_record=True):
    return {"where": where, "message": message, "run": "a/seed-0", "of_the_record": of_the_record}


def text(*studies, artifacts=()):
    return check_text({"studies": studies, "artifacts": list(artifacts)}, style=STYLE)


def test_a_sound_store_is_two_lines():
    assert text(study()) == "mixed is sound: 12 runs sound.\n1 of 1 study sound.\n"


def test_damage_stands_with_its_place_and_with_what_still_holds():
    found = study(
        sound=False,
        runs={"sound": 11, "damaged": 1},
        damage=[one(), one(message="half-written", of_the_record=False)],
        verdicts={"wide": False, "deep": True, "long": True},
        running=True,
        torn_journals=2,
    )
    shown = text(found, study(), artifacts=["weights:v1 is damaged"])
    assert "mixed is damaged: 11 runs sound, 1 damaged; 2 journals cut by a kill" in shown
    assert "it is being run" in shown
    assert "  this line was changed\n    where  a/journal.jsonl:3\n" in shown
    assert "  note: half-written\n" in shown
    assert "still whole: what the verdicts on deep, long rest on" in shown
    assert "no longer whole: what the verdict on wide rests on" in shown
    assert shown.endswith("1 of 2 studies sound, 1 artifact damaged.\n")


def test_long_lists_are_cut_and_say_how_to_see_all():
    shown = text(
        study(sound=False, damage=[one()] * 40, runs_again=[f"a/seed-{k}" for k in range(7)])
    )
    assert "and 10 more (all of them: --json)" in shown
    assert (
        "makes 7 runs again: a/seed-0, a/seed-1, a/seed-2, a/seed-3, a/seed-4 and 2 more" in shown
    )


def test_a_repair_says_where_files_went():
    shown = text(study(set_aside=[{"file": "a/journal.jsonl", "to": ".damaged/T/a"}]))
    assert "  set aside  a/journal.jsonl\n         to  .damaged/T/a\n" in shown


def test_a_copy_says_what_was_new_and_that_it_has_no_anchor():
    amount = {"files": 5, "written": 2, "bytes": 2048, "left_out": ["pipe"]}
    done = {
        "studies": [{"study": "mixed", **amount}],
        "artifacts": {**amount, "written": 5, "left_out": []},
        "artifacts_left_as_they_are": ["weights/log.jsonl"],
    }
    shown = copy_text(done, style=STYLE)
    assert "mixed: 5 files, 2.0 KiB (2 were new), checked by digest" in shown
    assert "artifacts: 5 files, 2.0 KiB\n" in shown
    assert "left out, for it is no file: pipe" in shown
    assert "left as it is there, for it differs: weights/log.jsonl" in shown
    assert "has no anchor" in shown
    assert "artifacts" not in copy_text(
        {**done, "artifacts": None, "artifacts_left_as_they_are": []}, style=STYLE
    )


def test_compaction_says_what_stays_in_journals():
    done = {"study": "m", "rows": 1200, "runs": 3, "open_runs": 1, "bytes": 900, "path": "m/x"}
    shown = compact_text([done, {**done, "open_runs": 0}], style=STYLE)
    assert "m: 1,200 rows of 3 runs, 900 B; 1 run without an end stay" in shown
