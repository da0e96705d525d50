"""Makes examples/dropout-on-digits and the README's picture, by the commands a user types."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "examples" / "dropout-on-digits"
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


def main() -> None:
    """Run the example in an empty folder and keep what a reader wants to see."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        command("init", cwd=place)
        shown = command("run", "study.yaml", cwd=place)
        made = place / "experiments" / "dropout-on-digits"
        shutil.rmtree(TARGET, ignore_errors=True)
        TARGET.mkdir(parents=True)
        for file in (place / "study.yaml", place / "train.py", *(made / kept for kept in KEPT)):
            shutil.copy(file, TARGET / file.name)
        shutil.copytree(made / "figures", TARGET / "figures")
        (TARGET / "output.txt").write_text(shown, encoding="utf-8")
    if shutil.which("chromium"):
        screenshot(TARGET / "report.html", PICTURE)
    sys.stdout.write(shown)


if __name__ == "__main__":
    main()
