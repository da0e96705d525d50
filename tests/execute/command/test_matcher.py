import pytest

from trialist.execute.command.matcher import Matcher, Row, object_in, step_of, value_in
from trialist.values.metricsource import MetricSource, SourceKind


def rows(line, *sources, told=None):
    return Matcher(sources, (told if told is not None else []).append).rows(line)


def text(pattern, **fields):
    return MetricSource(name="val/x", pattern=pattern, **fields)


@pytest.mark.parametrize(
    ("source", "line", "row"),
    [
        (text("Acc: ([0-9.]+)%", scale=0.01), "Acc: 50.0%", Row("val/x", 0.5)),
        (text(r"(?P<step>\d+) x (\S+)"), "7 x -1e-3", Row("val/x", -1e-3, 7)),
        (text(r"(a) (?P<value>\S+) (?P<step>\d+)"), "a 1,234.5 8", Row("val/x", 1234.5, 8)),
        (text(r"(?P<n>\d+)/(?P<of>\d+)"), "Accuracy: 3/4 (75%)", Row("val/x", 0.75)),
        (text(r"x (\S+)( at (?P<step>\d+))?"), "x 95%", Row("val/x", 95.0)),
        (MetricSource(name="val/x"), "val_x = inf", Row("val/x", float("inf"))),
    ],
)
def test_a_pattern_gives_number_and_step(source, line, row):
    assert rows(line, source) == [row]


@pytest.mark.parametrize("line", ["x nothing", "3/0"])
def test_what_is_no_number_is_told_once(line):
    told = []
    matcher = Matcher([text(r"(?:x (?P<value>\S+))"), text(r"(?P<n>\d)/(?P<of>\d)")], told.append)
    assert matcher.rows(line) == matcher.rows(line) == []
    assert len(told) == 1
    assert "no number" in told[0]


def test_a_group_that_took_no_part_is_told():
    told = []
    assert rows("b", text("a(1)|b"), told=told) == []
    assert "caught 'b'" in told[0]


def json_of(key=None, **fields):
    return MetricSource(name="val/x", kind=SourceKind.JSON, key=key, **fields)


@pytest.mark.parametrize(
    ("source", "line", "found"),
    [
        (json_of(), '{"val_x": 0.5, "step": 3}', [Row("val/x", 0.5, 3)]),
        (json_of(), '  {"X/val": 1, "epoch": 2.0, "global_step": "9"}', [Row("val/x", 1.0, 9)]),
        (json_of("a.b"), '{"a": {"b": 2}, "epoch": 0.5}', [Row("val/x", 2.0)]),
        (json_of("a.b"), '{"a.b": NaN}', None),
        (json_of("a.b.c"), '{"a.b": {"c": 2}}', [Row("val/x", 2.0)]),
        (json_of("x", scale=0.5), "{'x': 2, 'epoch': 1}", [Row("val/x", 1.0, 1)]),
        (json_of("x"), '{"x": true}', []),
        (json_of("x"), '{"x": null}', []),
        (json_of("x"), '{"x": "many"}', []),
        (json_of("x"), '{"x": [1]}', []),
        (json_of("x.y"), '{"x": 3}', []),
        (json_of("x"), '{"x": 1', []),
        (json_of("x"), "{x: 1}", []),
        (json_of("x"), "{1, 2}", []),
        (json_of("x"), 'INFO {"x": 1}', []),
    ],
)
def test_a_line_of_json_gives_what_is_at_a_key(source, line, found):
    if found is None:
        assert str(rows(line, source)[0].value) == "nan"
    else:
        assert rows(line, source) == found


def test_defaults_are_left_out_once_the_script_reports_itself():
    matcher = Matcher([MetricSource(name="val/x"), text("y (.)")], [].append)
    matcher.leave_defaults_out()
    assert matcher.rows("val_x: 1") == []
    assert matcher.rows("y 2") == [Row("val/x", 2.0)]
    assert not matcher.is_idle
    assert Matcher([MetricSource(name="val/x", kind=SourceKind.FILE)], [].append).is_idle


@pytest.mark.parametrize(
    ("given", "step"),
    [(3, 3), ("4", 4), (5.0, 5), (0.5, None), (-1, None), ("x", None), (None, None)],
)
def test_a_step_is_a_whole_number(given, step):
    assert step_of(given) == step
    assert step_of(float("inf")) is None


def test_names_that_are_none_are_passed_over():
    assert value_in({3: 1, "": 2, "loss": 3}, json_of()) is None
    assert object_in("[1]") is None
