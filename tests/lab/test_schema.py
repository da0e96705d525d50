"""The schemas of what trialist writes, held against what it writes."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest

import trialist
from trialist.lab.schema import KINDS
from trialist.lab.schemas.events import KINDS as LINES
from trialist.values.errors import ConfigError
from trialist.values.events import EventKind

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*/results.json"))


def closed(schema):
    """Give a schema that takes no key that it does not name, to find what nobody described."""
    schema = copy.deepcopy(schema)

    def close(part):
        if isinstance(part, dict):
            if isinstance(part.get("properties"), dict) and part.get("type") == "object":
                part.setdefault("additionalProperties", False)
            for inner in part.values():
                close(inner)
        elif isinstance(part, list):
            for inner in part:
                close(inner)

    close(schema)
    return jsonschema.Draft202012Validator(schema)


RESULTS = closed(trialist.schema("results"))
PLAN = closed(trialist.schema("plan"))
EVENTS = jsonschema.Draft202012Validator(trialist.schema("events"))


def check(validator, data):
    errors = [f"{error.json_path}: {error.message:.200}" for error in validator.iter_errors(data)]
    assert errors == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_schema_is_a_schema_with_a_title(kind):
    schema = trialist.schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "trialist" in schema["title"] or "journal" in schema["title"]
    assert json.loads(json.dumps(schema)) == schema


def test_without_a_kind_it_is_that_of_a_study():
    assert trialist.schema() == trialist.schema("study")


def test_an_unknown_kind_is_refused():
    with pytest.raises(ConfigError, match="there is no schema of 'result'"):
        trialist.schema("result")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_the_results_of_the_examples_fit(path):
    check(RESULTS, json.loads(path.read_text(encoding="utf-8")))


TWO = {"baseline": [0.1, 0.2, 0.3, 0.4], "new": [0.5, 0.6, 0.7, 0.9]}
ROWS = [("variant", "seed", "search", "phase", "score")] + [
    (name, str(seed), search, phase, str(0.1 * seed + shift))
    for name, shift in (("a", 0.0), ("b", 0.3))
    for search in ("s1", "s2", "s3")
    for seed, phase in ((0, "search"), (1, "search"), (2, "fresh"), (3, "fresh"))
]


@pytest.mark.parametrize(
    "options",
    [
        {"data": TWO},
        {"data": {"baseline": [0.1], "new": [0.5]}},
        {"data": {**TWO, "lost": [float("nan"), 0.5, 0.6, 0.7]}, "relevant": 0.1},
        {"data": TWO, "mode": "explore", "variance": "pooled"},
        {"data": TWO, "looks": (4, 8)},
        {"data": ROWS, "search": "search", "phase": "phase", "metric": "score"},
    ],
    ids=["two", "one-run", "lost", "explored", "looks", "searches"],
)
def test_the_results_of_a_table_fit(options):
    result = trialist.compare(options.pop("data"), goal="maximize", **options)
    check(RESULTS, json.loads(json.dumps(result.to_dict())))


@pytest.fixture
def study(small):
    """Give the folder of a small study that has run, with predictions of what comes."""
    path = small()
    path.write_text(path.read_text() + "expect: {better: '> 0.01'}\n")
    trialist.run(path)
    return Path("experiments/small")


def test_what_a_study_writes_fits(study):
    check(RESULTS, json.loads((study / "results.json").read_text()))
    check(PLAN, json.loads((study / "plan.json").read_text()))
    journals = list(study.glob("trials/*/*/*/journal.jsonl"))
    assert journals
    for journal in journals:
        for line in journal.read_text().splitlines():
            check(EVENTS, json.loads(line))


def test_what_a_run_of_its_own_writes_fits(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRIALIST_RUN_DIR", raising=False)
    with trialist.start_run("mine", config={"lr": 0.1}) as run:
        run.log({"val_loss": float("inf")}, step=1)
        run.finding("odd")
        run.system({"system/data_wait": 0.1})
        run.checkpoint({"x": 1})
        Path("model.txt").write_text("weights")
        run.artifact("model.txt", name="model")
        run.use("model:v0")
        run.predictions("val", [1, 2], [0, 1], [0, 1])
    kinds = set()
    for line in (run.directory / "journal.jsonl").read_text().splitlines():
        event = json.loads(line)
        kinds.add(event["k"])
        check(EVENTS, event)
    assert kinds == {kind.value for kind in EventKind} - {"resumed", "took_over"}


def test_every_kind_of_line_is_described():
    assert set(LINES) == set(EventKind)


@pytest.mark.parametrize(
    "change",
    [
        {"k": None},
        {"i": -1},
        {"c": "xyz"},
        {"v": {"val/loss": "high"}},
        {"step": None},
    ],
)
def test_a_line_of_another_form_does_not_fit(change):
    line = {"i": 1, "k": "metric", "t": 1.0, "step": 1, "v": {"val/loss": 1.0}, "c": "0123abcd"}
    check(EVENTS, line)
    assert not EVENTS.is_valid({**line, **change})


def test_a_line_of_a_kind_that_nobody_knows_fits():
    check(EVENTS, {"i": 1, "k": "image", "t": 1.0, "file": "a.png", "c": "0123abcd"})


def test_results_with_a_missing_key_do_not_fit():
    data = trialist.compare(TWO, goal="maximize").to_dict()
    del data["comparisons"][0]["n"]
    assert not RESULTS.is_valid(json.loads(json.dumps(data)))
