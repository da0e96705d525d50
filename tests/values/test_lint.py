"""A finding about a plan: as a block, as a line, as plain data."""

from trialist.values.lint import Lint, LintLevel

FOUND = Lint(level=LintLevel.WARNING, key="space.lr", message="lr is odd", todo="write log: true")


def test_a_finding_can_be_an_errors_block():
    assert str(FOUND.mistake) == "lr is odd\n  where  space.lr\n  to do  write log: true"


def test_a_finding_is_a_sentence():
    assert FOUND.sentence == "lr is odd (space.lr): write log: true"


def test_a_finding_is_plain_data():
    assert FOUND.to_dict() == {
        "level": "warning",
        "key": "space.lr",
        "message": "lr is odd",
        "todo": "write log: true",
    }
