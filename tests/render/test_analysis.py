import re
import xml.etree.ElementTree as ET

import pytest

from trialist.render.figures.analysis import analysis_figures
from trialist.render.figures.canvas import text_width

NS = "{http://www.w3.org/2000/svg}"
CASES = ("digits", "few", "none", "lost", "alone", "wild")


def drawn(data):
    return [(figure, ET.fromstring(t.encode()))
            for figure in analysis_figures(data) if not figure.is_empty
            for t in (figure.wide, figure.narrow)]  # fmt: skip


def boxes(root):
    for text in root.iter(f"{NS}text"):
        size, words = float(text.get("font-size")), text.text or ""
        width = text_width(words, size) * 0.86  # the estimate is on the safe side
        x, y = float(text.get("x")), float(text.get("y"))
        anchor = text.get("text-anchor", "start")
        start = x - {"start": 0, "middle": width / 2, "end": width}[anchor]
        yield words, start, start + width, y - size * 0.72, y + size * 0.2


@pytest.mark.parametrize("case", CASES)
def test_every_picture_is_well_formed_and_described(analyses, case):
    for figure, root in drawn(analyses[case]):
        assert root.find(f"{NS}title").text
        assert root.find(f"{NS}desc").text == figure.caption
        text = re.sub(r">[^<]*<", "><", figure.wide)
        assert "nan" not in text
        assert "inf" not in text
        assert figure.csv.count("\n") > 1


@pytest.mark.parametrize("case", CASES)
def test_no_two_labels_overlap_in_any_picture(analyses, case):
    for figure, root in drawn(analyses[case]):
        found = list(boxes(root))
        for i, one in enumerate(found):
            for other in found[i + 1 :]:
                apart = (
                    one[2] <= other[1]
                    or other[2] <= one[1]
                    or one[4] <= other[3]
                    or other[4] <= one[3]
                )
                assert apart, (figure.name, one, other)


@pytest.mark.parametrize("case", CASES)
def test_every_label_stays_on_its_sheet(analyses, case):
    for figure, root in drawn(analyses[case]):
        width = float(root.get("viewBox").split()[2])
        for words, start, end, _, _ in boxes(root):
            assert start >= -1, (figure.name, words)
            assert end <= width + 1, (figure.name, words)


@pytest.mark.parametrize("case", CASES)
def test_every_caption_is_a_sentence_and_says_n(analyses, case):
    for figure in analysis_figures(analyses[case]):
        assert figure.caption.endswith(".")
        assert figure.is_empty or re.search(r"\d", figure.caption)


def test_the_figures_have_names_of_their_own(analyses):
    for data in analyses.values():
        names = [figure.name for figure in analysis_figures(data)]
        assert len(names) == len(set(names))


def test_empty_figures_say_why(analyses):
    figures = analysis_figures(analyses["none"])
    assert all(figure.is_empty for figure in figures)
    assert all("no trial" in figure.caption.lower() for figure in figures)


def test_the_same_data_gives_the_same_bytes(analyses):
    one, two = (analysis_figures(analyses["digits"]) for _ in range(2))
    assert [figure.wide for figure in one] == [figure.wide for figure in two]


def test_a_variant_keeps_its_color_in_every_figure(analyses):
    for figure in analysis_figures(analyses["digits"]):
        if "adam" in figure.name:
            assert 'class="v1' in figure.wide
            assert 'class="v2' not in figure.wide
