"""The report in a real browser: nothing overflows, nothing is fetched, nothing goes wrong."""

import shutil
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "examples" / "dropout-on-digits" / "report.html"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed"),
]


@pytest.fixture(scope="module")
def browser():
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture(params=[(1000, "light"), (390, "dark")], ids=["desk, light", "phone, dark"])
def page(request, browser):
    width, scheme = request.param
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.asked = []
    page.errors = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.errors.append(message.text))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(PAGE.as_uri())
    yield page
    page.close()


def test_the_page_loads_alone_and_without_a_complaint(page):
    assert page.asked == [PAGE.as_uri()]
    assert page.errors == []


def test_the_answer_comes_first_and_is_seen(page):
    sentence = page.get_by_text("helps:").first
    assert sentence.is_visible()
    assert sentence.bounding_box()["y"] < 300


def test_nothing_is_wider_than_the_screen(page):
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def test_every_figure_is_drawn_with_its_caption(page):
    figures = page.locator("figure")
    assert figures.count() >= 3
    for figure in figures.all():
        shown = [svg for svg in figure.locator("svg").all() if svg.is_visible()]
        assert shown
        assert all(svg.bounding_box()["height"] > 50 for svg in shown)
        assert figure.locator("figcaption").inner_text().strip()


def test_text_stands_out_from_the_page_in_both_schemes(page):
    colors = page.evaluate(
        """() => {
            const style = getComputedStyle(document.body);
            return [style.color, style.backgroundColor].map(c => c.match(/[\\d.]+/g).map(Number));
        }"""
    )
    (text, back) = (sum(color[:3]) / 3 for color in colors)
    assert abs(text - back) > 120
