import pytest

from trialist.lab.init import EXAMPLE, init, init_script
from trialist.values.errors import ConfigError


def test_the_example_is_written_whole_or_not_at_all(tmp_path):
    paths = init(tmp_path / "new")
    assert tuple(path.name for path in paths) == EXAMPLE
    (tmp_path / "train.py").write_text("mine")
    with pytest.raises(ConfigError, match="nothing is overwritten"):
        init(tmp_path)
    assert [path.name for path in tmp_path.glob("*.*")] == ["train.py"]


def test_a_study_is_written_beside_its_script(tmp_path):
    script = tmp_path / "deep" / "run.py"
    script.parent.mkdir()
    script.write_text("raise SystemExit('it ran')\n", encoding="utf-8")
    done = init_script(script)
    assert done.path == tmp_path / "deep" / "study.yaml"
    assert done.path.read_text(encoding="utf-8") == done.proposal.study
    assert "python run.py" in done.proposal.study


def test_a_study_that_is_there_is_not_overwritten(tmp_path):
    (tmp_path / "train.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "study.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="nothing is overwritten"):
        init_script(tmp_path / "train.py")
    assert (tmp_path / "study.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("data", "line"), [(b"x = 1\nfor\n", 2), (b"\xff\xfe\x00", 1), (b"a\0b", 1)]
)
def test_what_is_no_python_is_refused_with_its_line(tmp_path, data, line):
    script = tmp_path / "train.py"
    script.write_bytes(data)
    with pytest.raises(ConfigError, match="no Python") as refused:
        init_script(script)
    assert refused.value.mistakes[0].where == f"{script}:{line}"
    assert not (tmp_path / "study.yaml").exists()


def test_a_word_is_no_script_though_python_would_take_it(tmp_path):
    (tmp_path / "hostname").write_text("machine\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="no Python by its name"):
        init_script(tmp_path / "hostname")
    assert not (tmp_path / "study.yaml").exists()


def test_a_script_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ConfigError, match=r"there is no train\.py"):
        init_script(tmp_path / "train.py")
