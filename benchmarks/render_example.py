"""Makes the rendered examples and the README's picture, by the commands a user types.

`python -m benchmarks.render_example ablation-on-mnist1d` makes one of them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "examples" / "dropout-on-digits"
IN_PLACE = (ROOT / "examples" / "ablation-on-mnist1d",)
PICTURE = ROOT / "docs" / "images" / "report.png"
KEPT = ("results.json", "results.md", "report.html")


def command(*words: str, cwd: Path) -> str:
    """Run `trialist` and give what it wrote to stdout."""
    done = subprocess.run(
        [sys.executable, "-m", "trialist", *words],
        cwd=cwd,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def screenshot(page: Path, picture: Path) -> None:
    """Take a picture of the top of the page, as a reader sees it."""
    from playwright.sync_api import sync_playwright

    picture.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        sheet = browser.new_page(
            viewport={"width": 1000, "height": 1240}, color_scheme="light", device_scale_factor=1
        )
        sheet.goto(page.resolve().as_uri())
        sheet.screenshot(path=picture)
        browser.close()


def keep(made: Path, target: Path, shown: str) -> None:
    """Copy what a reader wants to see of a study's folder."""
    for kept in KEPT:
        shutil.copy(made / kept, target / kept)
    shutil.rmtree(target / "figures", ignore_errors=True)
    shutil.copytree(made / "figures", target / "figures")
    (target / "output.txt").write_text(shown, encoding="utf-8")


def render_first() -> None:
    """Run what `trialist init` writes, in an empty folder, and take the README's picture."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        command("init", cwd=place)
        shown = command("run", "study.yaml", cwd=place)
        shutil.rmtree(TARGET, ignore_errors=True)
        TARGET.mkdir(parents=True)
        for file in ("study.yaml", "train.py"):
            shutil.copy(place / file, TARGET / file)
        keep(place / "experiments" / TARGET.name, TARGET, shown)
    if shutil.which("chromium"):
        screenshot(TARGET / "report.html", PICTURE)
    sys.stdout.write(shown)


def render_in_place(target: Path) -> None:
    """Run a study that lies in the examples, in a copy of its folder."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / "copy"
        shutil.copytree(target, place)
        shown = command("run", "study.yaml", cwd=place)
        keep(place / "experiments" / target.name, target, shown)
    sys.stdout.write(shown)


def main() -> None:
    """Render the examples that are named, or all of them."""
    names = sys.argv[1:] or [TARGET.name, *(one.name for one in IN_PLACE)]
    if TARGET.name in names:
        render_first()
    for target in IN_PLACE:
        if target.name in names:
            render_in_place(target)


if __name__ == "__main__":
    main()
