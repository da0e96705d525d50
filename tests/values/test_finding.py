"""A finding is plain data for machines."""

from trialist.values.finding import Finding, Severity


def test_a_finding_is_plain_data():
    found = Finding(code="a", severity=Severity.NOTE, message="b", evidence="c", cure="d")
    assert found.to_dict() == {
        "code": "a",
        "severity": "note",
        "message": "b",
        "evidence": "c",
        "cure": "d",
    }
