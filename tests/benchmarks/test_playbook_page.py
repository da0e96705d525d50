"""What the documents say of the checks on searches is what was measured."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "tuned-fairly.md").read_text(encoding="utf-8")
RESULTS = json.loads(
    (ROOT / "benchmarks" / "playbook" / "results.json").read_text(encoding="utf-8")
)
ROWS = {
    "in the middle: EDGE": "optimum in the middle, 0.5",
    "at 0.35 of the range: EDGE": "optimum at 0.35",
    "nowhere, the parameter is irrelevant: EDGE": "parameter irrelevant",
    "outside by 0.3 of the range: EDGE": "optimum outside by 0.3",
    "outside by 0.8 of the range: EDGE": "optimum outside by 0.8",
}


def cells(lead):
    """Give the cells of the page's row that begins with `lead`."""
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| {lead} |")]
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def rows(group, grid):
    """Give the rows of a measured table by their first cell."""
    (found,) = [one for one in RESULTS[group]["grids"] if one["name"] == grid]
    return {row[0]: row[1:] for row in found["rows"]}


@pytest.mark.parametrize(("lead", "surface"), list(ROWS.items()))
def test_the_page_has_the_measured_shares_of_edge(lead, surface):
    measured = [cell.split(" / ")[0] for cell in rows("boundary", "boundary")[surface]]
    assert cells(lead) == [f"{share} %" for share in measured]


def test_the_page_has_what_the_simpler_rule_does():
    contrast = rows("boundary", "boundary-contrast")
    measured = contrast["parameter irrelevant: the best in the outer tenth, alone"]
    assert cells("irrelevant: the best trial lies in the outer tenth") == list(measured)


def test_no_measured_bound_was_missed():
    standings = [check["pass"] for group in RESULTS.values() for check in group["checks"]]
    assert "MISSED" not in standings
