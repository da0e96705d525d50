"""The study file as a JSON Schema: what the reader takes fits, what it refuses does not."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from trialist.design.includes import resolve_includes
from trialist.design.schema import GROUPS, keys_of
from trialist.design.studyfile import load_study
from trialist.design.studyschema import LIMITS, descriptions, schema_of, study_schema
from trialist.design.yamlnodes import parse_yaml
from trialist.values.errors import ConfigError
from trialist.values.judging import Mode
from trialist.values.study import Study

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "examples").rglob("study.yaml"), *(ROOT / "docs").rglob("*.yaml")])
FILES.append(ROOT / "src/trialist/lab/example/study.yaml")
FENCE = re.compile(r"^```yaml[^\n]*\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
SHOWN = [text for page in PAGES for text in FENCE.findall(page.read_text(encoding="utf-8"))]

VALIDATOR = jsonschema.Draft202012Validator(study_schema())

SOUND = """\
trial: train.py:train
metric: {name: val/accuracy, goal: maximize, relevant: 0.01}
config: {lr: 0.1, dropout: 0.0}
variants: {baseline: {}, dropout: {dropout: 0.3}}
"""


def fits(text: str) -> bool:
    return VALIDATOR.is_valid(parse_yaml(text, "s.yaml").data)


def with_line(line: str, *, without: str = "nothing") -> str:
    kept = [old for old in SOUND.splitlines() if not old.startswith(f"{without}:")]
    return "\n".join([*kept, line]) + "\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("train.py").write_text("def train(config, run): ...\n")
    Path("spreads.csv").write_text("sd,n\n0.1,5\n")
    return tmp_path


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(study_schema())


def test_it_has_every_key_with_a_description():
    schema = study_schema()
    assert set(schema["properties"]) == {*keys_of(""), "include"}
    for key, held in schema["properties"].items():
        assert len(held["description"]) > 10, key
    for group in ("metric", "resources"):
        inner = schema["properties"][group]["properties"]
        assert set(inner) == set(keys_of(group))


def test_every_limit_stands_at_a_key():
    for way in LIMITS:
        group, _, key = way.rpartition(".")
        assert key in keys_of(group)
        assert not group or group in GROUPS


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_study_of_ours_fits(path):
    assert list(VALIDATOR.iter_errors(resolve_includes(path).document.data)) == []


def test_every_study_that_the_documents_show_fits():
    studies = [text for text in SHOWN if re.search(r"^(trial|command):", text, re.MULTILINE)]
    assert len(studies) >= 3
    for text in studies:
        assert list(VALIDATOR.iter_errors(parse_yaml(text, "page").data)) == [], text


TAKEN = [
    "seeds: 5",
    "seeds: {min: 3}",
    "seeds: [0, 1, 7]",
    "paired: [split, order, init]",
    "vary: [init]",
    "mode: explore",
    "variance: pooled",
    "looks: open",
    "expect: {dropout: '> 0.005'}",
    "expect:",
    "question: Does it help?",
    "name: my-study_1.0",
    "resources: {workers: auto, threads: 2, retries: 0, timeout: 20m}",
    "resources: {workers: 4, timeout: 90.5}",
    "resources: {timeout: 2h, retries: null}",
    "resources:",
    "baseline: dropout",
    "include: []",
]


@pytest.mark.parametrize("line", TAKEN)
def test_what_the_reader_takes_fits(folder, line):
    text = with_line(line)
    Path("study.yaml").write_text(text)
    load_study(Path("study.yaml"))
    assert list(VALIDATOR.iter_errors(parse_yaml(text, "s").data)) == []


REFUSED = [
    ("metric", ""),
    ("trial", ""),
    ("metric", "metric: val/accuracy"),
    ("metric", "metric: {name: val/accuracy}"),
    ("metric", "metric: {goal: maximize}"),
    ("metric", "metric: {name: val/accuracy, goal: maximise}"),
    ("metric", "metric: {name: accuracy, goal: maximize}"),
    ("metric", "metric: {name: Val/Acc, goal: maximize}"),
    ("metric", "metric: {name: val/accuracy, goal: maximize, relevant: 0}"),
    ("metric", "metric: {name: val/accuracy, goal: maximize, relevant: -1}"),
    ("metric", "metric: {name: val/accuracy, goal: maximize, relevant: much}"),
    ("metric", "metric: {name: val/accuracy, goal: maximize, higher: true}"),
    ("trial", "trial: train.py"),
    ("trial", "trial: 3"),
    ("trial", "trial:"),
    ("config", "config: [1]"),
    ("config", "config: 3"),
    ("variants", "variants: [baseline]"),
    ("variants", "variants: {baseline: 3}"),
    ("variants", "variants: {a/b: {}}"),
    ("nothing", "sede: 3"),
    ("nothing", "lr: 3"),
    ("nothing", "seeds: five"),
    ("nothing", "seeds: 0"),
    ("nothing", "seeds: 20000"),
    ("nothing", "seeds: 1.5"),
    ("nothing", "seeds: {min: 0}"),
    ("nothing", "seeds: {min: 5, mx: 20}"),
    ("nothing", "seeds: {max: 20.5}"),
    ("nothing", "seeds: []"),
    ("nothing", "seeds: [0, 0]"),
    ("nothing", "seeds: [-1]"),
    ("nothing", "seeds: [a]"),
    ("nothing", "paired: init"),
    ("nothing", "paired: [inti]"),
    ("nothing", "paired: [3]"),
    ("nothing", "vary: []"),
    ("nothing", "vary: [spilt]"),
    ("nothing", "mode: confrim"),
    ("nothing", "variance: equal"),
    ("nothing", "looks: sometimes"),
    ("nothing", "name: a/b"),
    ("nothing", "name: 3"),
    ("nothing", "question: [1]"),
    ("nothing", "baseline: 3"),
    ("nothing", "ablate: dropout"),
    ("nothing", "ablate: []"),
    ("nothing", "expect: ['> 0']"),
    ("nothing", "expect: {dropout: 3}"),
    ("nothing", "parent: 3"),
    ("nothing", "history: 3"),
    ("nothing", "resources: 4"),
    ("nothing", "resources: {workers: many}"),
    ("nothing", "resources: {workers: 0}"),
    ("nothing", "resources: {threads: 0}"),
    ("nothing", "resources: {threads: 1.5}"),
    ("nothing", "resources: {retries: -1}"),
    ("nothing", "resources: {timeout: soon}"),
    ("nothing", "resources: {timeout: 0}"),
    ("nothing", "resources: {wrokers: 2}"),
    ("nothing", "include: 3"),
    ("nothing", "include: ['']"),
]


@pytest.mark.parametrize(("without", "line"), REFUSED, ids=lambda text: text or "-")
def test_what_the_reader_refuses_does_not_fit(folder, without, line):
    text = with_line(line, without=without)
    Path("study.yaml").write_text(text)
    with pytest.raises(ConfigError):
        load_study(Path("study.yaml"))
    assert not fits(text)


def test_what_an_included_file_may_say_need_not_be_said():
    assert fits("include: base.yaml\nmetric: {relevant: 0.01}\n")
    assert not fits("include: base.yaml\nmetric: {relevance: 0.01}\n")


def test_types_that_no_table_knows_take_anything():
    assert schema_of(Any) == {}
    assert schema_of(list[int]) == {"type": "array", "items": {"type": "integer"}}
    assert schema_of(Mode) == {"enum": ["confirm", "explore"]}


def test_descriptions_come_from_the_docstring():
    found = descriptions(Study)
    assert found["question"] == "What is asked, in words."
    assert "by default" not in found["trial"]
    assert found["ablate"].startswith("Keys of `config` that are left out one at a time")
    assert descriptions(int) == {}
