"""What the doctor found, as text: the worst first, each with its evidence and its cure."""

from trialist.render.doctortext import doctor_text


def finding(severity, message="m"):
    return {"severity": severity, "message": message, "evidence": "seen here", "cure": "mend it"}


def test_the_worst_comes_first_and_remarks_last():
    text = doctor_text(
        {
            "study": "digits",
            "findings": [finding("note"), finding("error"), finding("note")],
            "remarks": ["Looked at everything."],
        }
    )
    lines = text.splitlines()
    assert lines[0] == "digits   1 error, 2 notes"
    assert lines[2] == "error    m"
    assert lines[3:5] == ["         shown by  seen here", "         to do     mend it"]
    assert lines[-1] == "Looked at everything."


def test_long_lines_are_wrapped_under_their_label():
    text = doctor_text({"study": "s", "findings": [finding("note", "word " * 40)], "remarks": []})
    assert max(map(len, text.splitlines())) <= 88
    assert text.splitlines()[3].startswith("         word")


def test_nothing_found_is_said():
    assert doctor_text({"study": "s", "findings": [], "remarks": []}) == "s   nothing found\n"
