from trialist.design.reading import Reading
from trialist.design.yamlnodes import parse_leniently
from trialist.values.errors import Mistake


def test_shows_the_most_fundamental_mistakes_first():
    reading = Reading(document=parse_leniently("a: 1\na: 2\nb: 3\n", "s.yaml"))
    reading.add(Mistake(message="rule"))
    reading.rule(("b",), "rule with a place", None)
    reading.rule(("b",), "rule about a key", None, of_key=True)
    reading.wrong_type(("b",), "type", None)
    reading.unknown(("b",), "key", None)
    found = [(mistake.message, mistake.where) for mistake in reading.mistakes]
    assert found == [
        ("the key 'a' is here twice", "s.yaml:2:1"),
        ("key", "s.yaml:3:1"),
        ("type", "s.yaml:3:4"),
        ("rule", None),
        ("rule with a place", "s.yaml:3:4"),
        ("rule about a key", "s.yaml:3:1"),
    ]
