"""A lock and a Dockerfile in which a run can be made again."""

import hashlib
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

import trialist
from trialist.lab import environment
from trialist.lab.environment import write_environment
from trialist.lab.indexhashes import index_hashes
from trialist.ledger.facts import Facts
from trialist.ledger.git import run_git
from trialist.values.errors import ReproduceError

RUN = "baseline/seed-0"


@pytest.fixture
def ran(small):
    Path("digits.csv").write_text("1\n")
    study = small(seeds="2")
    study.write_text(study.read_text() + "data: [digits.csv]\n")
    return trialist.run(study)


def with_lock(lines, **machine):
    """Change what the session recorded of packages and machine, and the start line with it."""
    import json

    from trialist.ledger.journal import with_checksum

    place = Path("experiments/small")
    (old,) = (place / "provenance").iterdir()
    content = json.loads((old / "facts.json").read_text())
    lock = "".join(f"{line}\n" for line in lines)
    content["packages"]["lock"] = hashlib.sha256(lock.encode()).hexdigest()
    content["machine"].update(machine)
    files = {path: (old / "files" / path).read_bytes() for path in content["code"]["files"]}
    digest = Facts(content=content, lock=lock, files=files).write(place / "provenance")
    journal = place / "trials/baseline/seed-0/attempt-1/journal.jsonl"
    first, *rest = journal.read_bytes().splitlines(keepends=True)
    event = json.loads(first)
    del event["c"]
    event["facts"] = digest
    journal.write_bytes(
        b"".join([with_checksum(json.dumps(event, separators=(",", ":")).encode()), *rest])
    )


def test_everything_that_the_run_needs_is_written(ran):
    written = write_environment(RUN, "image")
    names = {path.name for path in Path("image").iterdir()}
    assert names >= {"requirements.lock", "Dockerfile", "code", "store"}
    assert Path("image/code/trial.py").read_bytes() == Path("trial.py").read_bytes()
    copied = Path("image/store/small")
    assert {one.name for one in copied.iterdir()} == {
        "ledger.jsonl", "plan.json", "study.yaml", "trials", "provenance",
    }  # fmt: skip
    assert any("digits.csv" in note for note in written.notes)
    assert written.to_dict()["build"] == written.build


def test_the_copied_record_is_enough_to_make_the_run_again(ran, monkeypatch):
    write_environment(RUN, "image")
    monkeypatch.chdir("image/code")
    found = trialist.reproduce(f"small/{RUN}", store="../store", folder=".")
    assert found.is_equal
    assert [(one.kind, one.name) for one in found.unlike] == [("data", "digits.csv")]


@pytest.mark.parametrize("lock", ["requirements.lock"])
def test_every_line_of_the_lock_can_be_read_by_pip(ran, lock):
    requirements = pytest.importorskip("packaging.requirements")
    write_environment(RUN, "image")
    lines = (Path("image") / lock).read_text().splitlines()
    wanted = [line.partition("  #")[0] for line in lines if not line.startswith("#")]
    assert len([requirements.Requirement(line) for line in wanted]) > 5


def test_the_dockerfile_is_whole(ran):
    written = write_environment(RUN, "image")
    text = Path("image/Dockerfile").read_text()
    words = {line.split(" ")[0] for line in text.splitlines() if re.match("[A-Z]+ ", line)}
    assert words >= {"FROM", "ARG", "COPY", "RUN", "ENV", "WORKDIR", "CMD"}
    assert "{" not in re.sub(r"\$\{EXTRA_INDEX[^}]*\}", "", text)
    assert 'CMD ["trialist", "reproduce", "small/baseline/seed-0"' in text
    for name in re.findall(r"^COPY (\S+) ", text, flags=re.MULTILINE):
        assert list(Path("image").glob(name)), name
    assert written.start.endswith("small-baseline")


def test_builds_of_torch_and_gpus_are_said(ran):
    with_lock(["torch==2.6.0+cu124  # no archive hash"], gpus=["NVIDIA H200"])
    written = write_environment(RUN, "image")
    text = Path("image/Dockerfile").read_text()
    assert "# torch 2.6.0 is the build for cu124" in text
    assert "--build-arg EXTRA_INDEX=URL" in written.build
    assert "--gpus all" in written.start


def test_sources_are_exported_at_their_commit_and_the_rest_is_said(ran, tmp_path):
    source = tmp_path / "lib"
    (source / "inner").mkdir(parents=True)
    (source / "inner" / "pyproject.toml").write_text("[project]\nname = 'lib'\n")
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    for words in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-qm", "one"]):
        subprocess.run(["git", *words], cwd=source, check=True)
    commit = run_git(source, "rev-parse", "HEAD").decode().strip()
    with_lock(
        [
            f"# lib==1.0  editable, {source}/inner, commit {commit}, changed files",
            "# gone==1.0  editable, /no/such/folder, no git",
            "local @ file:///x/local.whl  # version 1.0, no archive hash",
            "far @ git+https://host.example/far.git@c0ffee  # version 1.0, no archive hash",
            "numpy==2.0.0  # no archive hash",
        ]
    )
    written = write_environment(RUN, "image")
    text = Path("image/Dockerfile").read_text()
    assert Path("image/vendor/lib/inner/pyproject.toml").exists()
    assert "/study/vendor/lib/inner" in text
    assert "install --yes --no-install-recommends git" in text
    assert [note.partition(" ")[0] for note in written.notes] == ["lib", "gone", "the"]
    assert "# local @ file" in Path("image/requirements.lock").read_text()


def test_nothing_is_overwritten(ran):
    with pytest.raises(ReproduceError, match="not empty"):
        write_environment(RUN, ".")


def wheel(folder):
    """Write the smallest wheel there is; give its digest."""
    path = folder / "tiny_thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        info = "tiny_thing-1.0.dist-info"
        file.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny_thing\nVersion: 1.0\n")
        file.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{info}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def index(tmp_path, monkeypatch):
    pytest.importorskip("pip")
    folder = tmp_path / "index"
    folder.mkdir()
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_hashes_of_the_index_are_written_and_the_rest_stands_apart(ran, index):
    digest = wheel(index)
    with_lock(["tiny-thing==1.0  # no archive hash", "torch==2.6.0+cpu  # no archive hash"])
    write_environment(RUN, "image", hashes=True)
    assert Path("image/requirements.lock").read_text() == (
        f"tiny-thing==1.0 --hash=sha256:{digest}\n"
    )
    assert "torch==2.6.0+cpu" in Path("image/requirements-unhashed.lock").read_text()
    text = Path("image/Dockerfile").read_text()
    assert text.index("-r /study/requirements.lock") < text.index("requirements-unhashed.lock")


def test_an_index_that_does_not_have_them_is_said(ran, index):
    with_lock(["no-such-thing==1.0  # no archive hash"])
    written = write_environment(RUN, "image", hashes=True)
    assert written.notes[0].startswith("no hashes from the index: pip said: ERROR")
    assert "no-such-thing==1.0" in Path("image/requirements.lock").read_text()


def test_a_pip_that_hangs_is_not_waited_for(monkeypatch):
    def hang(*_args, **_more):
        raise subprocess.TimeoutExpired("pip", 1)

    monkeypatch.setattr(subprocess, "run", hang)
    assert index_hashes(("a==1",)).problem == "pip did not answer (TimeoutExpired)"


def test_a_run_of_an_earlier_version_has_no_lock(ran, monkeypatch):
    from dataclasses import replace

    found = environment.find_recorded
    monkeypatch.setattr(environment, "find_recorded", lambda *a: replace(found(*a), facts=None))
    with pytest.raises(ReproduceError, match="no list of packages"):
        write_environment(RUN, "image")
