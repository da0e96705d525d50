from trialist.render.progress import Progress, ProgressRow
from trialist.render.statustext import status_text, verification_text
from trialist.render.style import TextStyle
from trialist.values.metric import Goal, Metric
from trialist.values.predictions import Tally

STYLE = TextStyle(width=80)
METRIC = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)
PROGRESS = Progress(
    study="digits",
    metric=METRIC,
    rows=(
        ProgressRow(variant="baseline", n_done=4, n_planned=8, mean=0.9504, sd=0.0054),
        ProgressRow(
            variant="dropout", n_done=3, n_planned=8, running=(3,), n_failed=1, text="look at 5"
        ),
    ),
    n_done=7,
    n_max=16,
    n_running=1,
    elapsed_s=12.0,
    next_look=5,
)


def test_a_running_study_names_its_process_runs_and_failures():
    text = status_text(
        PROGRESS,
        state="running",
        process=41,
        failures=["dropout/seed-1: ValueError: no"] * 7,
        sentences=["**dropout helps:** it is better."],
        style=STYLE,
    )
    assert text.startswith("digits   running by process 41")
    assert "4/8  95.04  0.54" in text
    assert "look at 5  1 running  1 failed" in text
    assert text.count("ValueError: no") == 5
    assert "and 2 more" in text
    assert "dropout helps: it is better." in text
    assert "7 of at most 16 runs" in text


def test_a_study_whose_plan_was_amended_says_how_often():
    nothing = {"process": None, "failures": (), "sentences": (), "style": STYLE}
    assert "amended" not in status_text(PROGRESS, state="finished", **nothing)
    text = status_text(PROGRESS, state="finished", n_amended=1, **nothing)
    assert text.startswith("digits   finished, amended 1 time\n")


def found(**changes):
    return {
        "study": "digits",
        "holds": True,
        "faults": [],
        "entries": 9,
        "journals": 4,
        "anchored_up_to": 9,
        "head": "ab" * 32,
        "has_verdict": True,
        "sentences": ["**dropout helps:** it is better."],
        **changes,
    }


def test_a_sound_record_says_how_far_it_is_anchored():
    text = verification_text(found(), style=STYLE)
    assert text.startswith("digits holds: 9 entries in one chain, 4 journals")
    assert "anchored up to entry 9 · head 9:abababababababab" in text
    without = verification_text(found(anchored_up_to=0), style=STYLE)
    assert "no anchor on this machine" in without


def test_a_study_without_a_verdict_says_so():
    assert "no verdict yet." in verification_text(found(has_verdict=False), style=STYLE)


def test_every_fault_has_its_place():
    faults = [{"where": "ledger.jsonl:4", "message": "line 4 was changed"}]
    text = verification_text(found(holds=False, faults=faults), style=STYLE)
    assert "digits does not hold: 1 fault\n" in text
    assert "line 4 was changed\n    where  ledger.jsonl:4" in text


def test_ascii_terminals_get_ascii():
    text = verification_text(found(), style=TextStyle(width=80, unicode=False))
    assert text.isascii()


def test_the_share_of_predictions_that_came_true_is_told_where_there_are_any():
    told = {"state": "finished", "process": None, "failures": [], "sentences": [], "style": STYLE}
    assert "In this store" not in status_text(PROGRESS, **told)
    text = status_text(PROGRESS, **told, tally=Tally(n_true=1, n_false=2))
    assert text.endswith("In this store 1 of 3 predictions came true, 2 did not.\n")


def test_a_remark_is_no_fault():
    text = verification_text(found(remarks=["The record of first went on."]), style=STYLE)
    assert "digits holds" in text
    assert "note: The record of first went on." in text
