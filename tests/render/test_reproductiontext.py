"""What came of making a run again, in words."""

from trialist.render.reproductiontext import reproduction_text

EQUAL = {
    "study": "digits",
    "run": "wide/seed-0",
    "equal": True,
    "n": 1203,
    "n_equal": 1203,
    "first": None,
    "largest": None,
    "n_different": {},
    "differences": [],
    "code": "in place",
    "folder": "/project",
    "out": None,
    "seconds": 12.3,
    "not_logged": None,
}
FIRST = {"metric": "val/loss", "step": 1200, "recorded": 0.5, "again": 0.25,
         "difference": 0.25, "ulps": 1, "of": "float64"}  # fmt: skip


def text(**more):
    return reproduction_text({**EQUAL, **more})


def different(**more):
    fields = {"equal": False, "n_equal": 1202, "first": FIRST, "largest": FIRST}
    return text(**{**fields, "n_different": {"val/loss": 1}, **more})


def test_an_equal_run_is_one_sentence():
    assert text().splitlines() == [
        "digits/wide/seed-0 is reproduced: 1,203 of 1,203 values equal bit by bit (12 s)",
        "",
        "code, configuration, software, machine and data are as recorded",
        "code  in place, /project",
    ]


def test_the_first_difference_is_told_with_its_size():
    lines = different().splitlines()
    assert lines[0].startswith("digits/wide/seed-0 is not reproduced: 1,202 of 1,203")
    assert lines[1] == (
        "  first    val/loss at step 1,200: recorded 0.5, here 0.25 (0.25 apart, 1 ulp of float64)"
    )
    assert lines[2] == "  in       val/loss (1)"


def test_a_count_of_ulps_that_says_nothing_is_left_out():
    assert "(0.25 apart)" in different(first={**FIRST, "ulps": 10**9})


def test_the_largest_is_told_where_it_is_another():
    largest = {**FIRST, "step": None, "again": "NaN", "difference": None, "ulps": None}
    assert "  largest  val/loss: recorded 0.5, here 'NaN'\n" in different(largest=largest)


def test_a_number_that_one_run_lacks_is_said_so():
    assert "0.25 here, not in the record" in different(first={**FIRST, "recorded": None})
    assert "0.5 in the record, not here" in different(first={**FIRST, "again": None})


def test_times_that_differ_get_a_hint():
    assert "--ignore PATTERN" in different(n_different={"train/step_s": 3, "time": 1})
    assert "--ignore" not in different(n_different={"train/step_s": 3, "val/loss": 1})


def test_a_run_that_reported_nothing_is_not_reproduced():
    found = text(equal=False, n=0, n_equal=0)
    assert "nothing was reported that could be compared" in found


def test_what_is_unlike_is_listed_by_kind_and_not_without_end():
    differences = [
        {"kind": "software", "name": "torch", "recorded": "2.5.1", "here": "2.6.0"},
        *({"kind": "packages", "name": f"p{k}", "recorded": "1", "here": "2"} for k in range(10)),
    ]
    lines = text(differences=differences).splitlines()
    assert "  software       torch: 2.5.1 -> 2.6.0" in lines
    assert "  packages       and 2 more (--json lists them)" in lines


def test_paths_are_shown_from_where_the_reader_stands():
    found = {**EQUAL, "out": "/project/kept"}
    lines = reproduction_text(found, here="/project").splitlines()
    assert lines[-2:] == ["code  in place, .", "run   kept"]


def test_a_folder_that_is_gone_is_not_named():
    assert text(code="rebuilt").splitlines()[-1] == (
        "code  rebuilt from the record, in a folder that is gone again"
    )
    assert "code  rebuilt, /project" in text(code="rebuilt", out="/kept")


def test_where_things_lie_and_what_was_not_logged_is_said():
    lines = text(out="/tmp/x", not_logged="another process runs it").splitlines()
    assert lines[-2:] == [
        "run   /tmp/x",
        "note  the study's log does not say so: another process runs it",
    ]
