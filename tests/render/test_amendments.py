from trialist.render.amendments import Deviation, grouped

HEAD = 'Amendment 1, after 6 results: "why" (plan a became b).'


def test_what_an_amendment_changed_stands_below_its_reason():
    second = 'Amendment 2, after 8 results: "again" (plan b became c).'
    found = grouped([HEAD, "Amendment 1: seeds were added.", second, "Amendment 2: code.", "Else."])
    assert found == (
        Deviation(text=HEAD, parts=("Seeds were added.",)),
        Deviation(text=second, parts=("Code.",)),
        Deviation(text="Else."),
    )


def test_a_part_without_its_reason_stands_alone():
    assert grouped(["Amendment 3: code."]) == (Deviation(text="Amendment 3: code."),)
    assert grouped([]) == ()


def test_no_sentence_is_lost():
    said = [HEAD, "Amendment 1: a.", "Amendment 1: b.", "Amendment 2: c.", "x"]
    found = grouped(said)
    assert sum(1 + len(one.parts) for one in found) == len(said)
