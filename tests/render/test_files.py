import json

from trialist.render.files import write_report


def test_all_files_of_a_report_are_there(reports, tmp_path):
    paths = write_report(tmp_path / "out", reports["two"])
    names = {path.name for path in paths.figures}
    assert names == {
        f"{stem}.{kind}"
        for stem in ("differences", "seeds", "curves-val-accuracy", "curves-train-loss")
        for kind in ("svg", "csv")
    }
    assert all(path.is_file() for path in paths.figures)
    assert paths.report_html.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert json.loads(paths.results_json.read_text()) == reports["two"].results.to_dict()
    assert not list(tmp_path.rglob("*.tmp"))


def test_writing_again_gives_the_same_bytes(reports, tmp_path):
    first = write_report(tmp_path / "a", reports["eight"])
    again = write_report(tmp_path / "b", reports["eight"])
    assert first.report_html.read_bytes() == again.report_html.read_bytes()
    assert first.results_md.read_bytes() == again.results_md.read_bytes()


def test_figures_of_an_earlier_report_are_deleted_and_others_kept(reports, tmp_path):
    write_report(tmp_path, reports["two"])
    mine = tmp_path / "figures" / "my-own.svg"
    mine.write_text("x")
    write_report(tmp_path, reports["no_value"])
    assert list((tmp_path / "figures").iterdir()) == [mine]
