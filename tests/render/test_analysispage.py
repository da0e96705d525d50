import json
import re
from dataclasses import replace

import pytest

from trialist.ledger.atomic import write_atomic
from trialist.render.analysispage import analysis_html, write_analysis
from trialist.render.figures.analysis import analysis_figures
from trialist.values.interaction import Interaction
from trialist.values.missing import Missing


@pytest.mark.parametrize("case", ["digits", "few", "none", "lost", "alone", "wild"])
def test_writes_a_page_numbers_and_figures(analyses, case, tmp_path):
    page = write_analysis(tmp_path, analyses[case])
    assert page == tmp_path / "analysis.html"
    told = json.loads((tmp_path / "analysis.json").read_text())
    assert told["format"] == 1
    drawn = [one for one in analysis_figures(analyses[case]) if not one.is_empty]
    names = {path.name for path in (tmp_path / "analysis").iterdir()}
    assert names == {f"{one.name}.{end}" for one in drawn for end in ("svg", "csv")}


def test_figures_of_an_earlier_analysis_are_deleted_and_other_files_stay(analyses, tmp_path):
    write_analysis(tmp_path, analyses["digits"])
    (tmp_path / "analysis" / "mine.txt").write_text("kept")
    write_analysis(tmp_path, analyses["none"])
    assert [path.name for path in (tmp_path / "analysis").iterdir()] == ["mine.txt"]


def test_the_page_stands_alone_and_escapes_what_a_user_wrote(analyses):
    data = analyses["wild"]
    page = analysis_html(data, analysis_figures(data))
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)
    assert "<b>改良版" not in page
    assert "&lt;b&gt;改良版" in page


def test_the_same_analysis_gives_the_same_bytes(analyses, tmp_path):
    first = write_analysis(tmp_path / "a", analyses["digits"]).read_bytes()
    assert first == write_analysis(tmp_path / "b", analyses["digits"]).read_bytes()


def test_the_numbers_hold_the_best_by_another_name_than_a_result(analyses):
    told = analyses["digits"].to_dict()
    assert [one["variant"] for one in told["variants"]] == ["sgd", "adam"]
    assert told["variants"][1]["search_best"]["value"] == pytest.approx(0.9714, abs=1e-4)
    assert told["blocked"][0].startswith("The best adam.lr")
    assert "mean" not in told["variants"][1]
    assert analyses["lost"].to_dict()["variants"][0]["search_best"] is None


@pytest.mark.slow
def test_a_page_of_ten_thousand_trials_stays_small(searched, analyzed, tmp_path):
    data = analyzed(searched(searches=10, trials=500), isolations=())
    assert len(data.table.trials) == 10_000
    page = write_analysis(tmp_path, data)
    assert page.stat().st_size < 800_000
    assert (tmp_path / "analysis.json").stat().st_size < 5_000_000


def pairs(analyses, *found):
    data = replace(analyses["digits"], interactions=found)
    return analysis_html(data, ())


def pair(k=0, **more):
    fields = {
        "variant": "sgd",
        "first": f"p{k}",
        "second": "q",
        "n": 64,
        "share": 0.123,
        "p": 0.01 * (k + 1),
    }
    return Interaction(**(fields | more))


def test_pairs_of_parameters_are_told_the_clearest_first(analyses):
    page = pairs(analyses, pair(1), pair(0, caveat="Few trials."))
    assert page.index(">p0<") < page.index(">p1<")
    assert "12.3 %" in page
    assert "Few trials." in page


def test_many_pairs_are_cut_and_those_without_evidence_left_out(analyses):
    page = pairs(analyses, *(pair(k) for k in range(18)), pair(30, p=Missing("too few")))
    assert "3 more pairs are in analysis.json." in page
    assert ">p30<" not in page


def test_without_evidence_the_section_says_why(analyses):
    page = pairs(analyses, pair(p=Missing("9 trials are too few"), share=Missing("too few")))
    assert "Not told: 9 trials are too few." in page
    assert "Pairs of parameters" not in pairs(analyses)


class Killed(BaseException):
    """Stands for a kill: nothing may catch it."""


def test_a_kill_between_any_two_writes_leaves_whole_files_and_no_numbers(
    analyses, tmp_path, monkeypatch
):
    data = analyses["few"]
    write_analysis(tmp_path / "whole", data)
    whole = {path.relative_to(tmp_path / "whole"): path.read_bytes()
             for path in (tmp_path / "whole").rglob("*") if path.is_file()}  # fmt: skip
    for n_written in range(len(whole)):
        left = [n_written]

        def write(path, text, left=left):
            if not left[0]:
                raise Killed
            left[0] -= 1
            write_atomic(path, text)

        place = tmp_path / f"killed-{n_written}"
        monkeypatch.setattr("trialist.render.analysispage.write_atomic", write)
        with pytest.raises(Killed):
            write_analysis(place, data)
        found = [path for path in place.rglob("*") if path.is_file()]
        assert len(found) == n_written
        assert all(path.read_bytes() == whole[path.relative_to(place)] for path in found)
        assert not (place / "analysis.json").exists()
        monkeypatch.undo()
        write_analysis(place, data)
        assert {path.relative_to(place) for path in place.rglob("*") if path.is_file()} == set(
            whole
        )
