"""Makes the rendered examples and the README's picture, by the commands a user types.

`python -m benchmarks.render_example ablation-on-mnist1d` makes one of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "examples" / "dropout-on-digits"
IN_PLACE = (ROOT / "examples" / "ablation-on-mnist1d",)
JOURNEY = ROOT / "examples" / "tuned-optimizers-on-digits"
PROTOCOLS = ROOT / "examples" / "tuning-protocol-on-digits"
PICTURE = ROOT / "docs" / "images" / "report.png"
KEPT = ("results.json", "results.md", "report.html")


def command(*words: str, cwd: Path, may_refuse: bool = False) -> str:
    """Run `trialist` and give what it wrote to stdout, with what it refused where it may."""
    done = subprocess.run(
        [sys.executable, "-m", "trialist", *words],
        cwd=cwd,
        env={**os.environ, "XDG_STATE_HOME": str(cwd.parent / "state"), "LOGNAME": "reader"},
        check=not may_refuse,
        stderr=subprocess.PIPE if may_refuse else None,
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = (done.stderr or "").splitlines(keepends=True)
    at = next((place for place, one in enumerate(lines) if one.startswith("error:")), len(lines))
    return done.stdout + "".join(lines[at:])


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


def render_journey() -> None:
    """Run the commands of the journey, in a copy of its own files, and keep what they write."""
    lines = (JOURNEY / "journey.sh").read_text(encoding="utf-8").splitlines()
    written = [words[-1] for words in map(str.split, lines) if "--write" in words]
    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / JOURNEY.name
        shutil.copytree(JOURNEY, place)
        for file in (*written, "baseline.yaml"):
            (place / file).unlink(missing_ok=True)
        shown = []
        for line in lines:
            shown.append(f"$ {line}\n{command(*line.split()[1:], cwd=place, may_refuse=True)}\n")
            sys.stdout.write(shown[-1])
        studies = sorted((one.parent for one in place.glob("experiments/*/plan.json")), key=_age)
        keep(studies[-1], JOURNEY, "\n".join(shown))
        for study in studies[:-1]:
            shutil.copy(study / "results.md", JOURNEY / f"results-{study.name}.md")
        for file in (*written, "baseline.yaml"):
            shutil.copy(place / file, JOURNEY / file)


def _age(study: Path) -> float:
    return (study / "plan.json").stat().st_mtime


def render_protocols() -> None:
    """Run the comparison under each tuning protocol, and make the table of what came out."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / PROTOCOLS.name
        shutil.copytree(PROTOCOLS, place)
        shown = []
        for study in ("lr-only", "lr-and-momentum", "everything"):
            shown.append(f"$ trialist run {study}.yaml\n")
            shown.append(command("run", f"{study}.yaml", cwd=place))
            shown.append(f"\n$ trialist next {study}\n{command('next', study, cwd=place)}\n")
            (PROTOCOLS / study).mkdir(exist_ok=True)
            for kept in ("results.json", "results.md"):
                shutil.copy(place / "experiments" / study / kept, PROTOCOLS / study / kept)
    (PROTOCOLS / "output.txt").write_text("".join(shown), encoding="utf-8")
    sys.stdout.write("".join(shown))


def main() -> None:
    """Render the examples that are named, or all of them."""
    every = (TARGET, *IN_PLACE, JOURNEY, PROTOCOLS)
    names = sys.argv[1:] or [one.name for one in every]
    if TARGET.name in names:
        render_first()
    for target in IN_PLACE:
        if target.name in names:
            render_in_place(target)
    if JOURNEY.name in names:
        render_journey()
    if PROTOCOLS.name in names:
        render_protocols()


if __name__ == "__main__":
    main()
