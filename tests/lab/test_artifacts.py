"""`trialist store artifact`, from a run that makes one to a person who takes it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import trialist
from trialist.cli.main import trialist as cli
from trialist.lab.artifacts import artifact_history, get_artifact, list_artifacts, name_artifact
from trialist.values.errors import ArtifactError

TRIAL = """
def train(config, run):
    value = 0.8 + config["gain"] + run.seed.base / 1000
    path = run.directory / "net.txt"
    path.write_text(str(value))
    run.log({"val/accuracy": value}, step=1)
    run.artifact(path, type="model", aliases=["best"])
    if run.seed.base == 1:
        run.use("net:v0")
    return value
"""


@pytest.fixture
def made(small):
    small(TRIAL, resources="{workers: 1}", seeds="[0, 1, 2]", paired="")
    Path("study.yaml").write_text(
        Path("study.yaml").read_text().replace("  same: {gain: 0.0001}\n", ""), encoding="utf-8"
    )
    trialist.run("study.yaml")


def test_what_runs_made_is_listed_taken_and_named(made, tmp_path):
    (one,) = list_artifacts()
    data = one.to_dict()
    assert (data["name"], data["type"], data["versions"]) == ("net", "model", 6)
    best = data["aliases"]["best"]
    history = artifact_history("net").to_dict()
    assert history["versions"][best]["value"] == pytest.approx(0.852)
    assert history["versions"][best]["made_by"] == ["small/better/seed-2"]
    assert history["versions"][0]["used_by"]
    copy = get_artifact("net:best", out=tmp_path / "out")
    assert float(copy.path.read_text()) == pytest.approx(0.852)
    assert copy.to_dict()["path"] == str(tmp_path / "out" / "net.txt")
    named = name_artifact("net:v0", "prod")
    assert (named.reference, "path" in named.to_dict()) == ("net:v0", False)
    assert artifact_history("net").to_dict()["aliases"]["prod"] == 0
    assert artifact_history("net").to_dict()["moves"][-1]["from"] is None
    assert trialist.verify().holds


def test_the_commands_say_it_in_words_and_in_json(made, tmp_path):
    def call(*words):
        return CliRunner().invoke(cli, ["store", "artifact", *words], catch_exceptions=False).output

    assert call("list").splitlines()[0].split() == [
        "artifact",
        "version",
        "aliases",
        *"size made by".split(),
    ]
    assert json.loads(call("list", "--json"))["artifacts"][0]["name"] == "net"
    assert "used by small/" in call("history", "net")
    assert "latest to v1 (from v0), by " in call("history", "net")
    assert json.loads(call("history", "net", "--json"))["versions"][0]["version"] == 0
    assert (
        call("get", "net:v0", "--out", str(tmp_path / "a"))
        == f"net:v0 is in {tmp_path}/a/net.txt\n"
    )
    assert json.loads(call("get", "net:v0", "--out", str(tmp_path / "b"), "--json"))["version"] == 0
    assert call("alias", "net:v0", "prod") == "net:prod is net:v0\n"
    assert json.loads(call("alias", "net:v0", "prod", "--json"))["sha256"]


def test_a_store_without_artifacts_says_how_they_come_there(tmp_path):
    assert list_artifacts(tmp_path) == ()
    result = CliRunner().invoke(cli, ["store", "artifact", "list", "--store", str(tmp_path)])
    assert "run.artifact(path)" in result.output
    with pytest.raises(ArtifactError, match="there is no artifact 'net'"):
        artifact_history("net", store=tmp_path)
