from trialist.values.interaction import Interaction
from trialist.values.missing import Missing


def test_evidence_is_plain_data_with_the_reasons_of_what_is_missing():
    told = {"variant": "a", "first": "lr", "second": "wd", "n": 8}
    found = Interaction(**told, share=0.5, p=0.01)
    assert found.to_dict() == {**told, "share": 0.5, "p": 0.01, "caveat": ""}
    none = Interaction(**told, share=Missing("few"), p=Missing("few"))
    assert none.to_dict()["missing"] == {"share": "few", "p": "few"}
