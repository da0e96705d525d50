"""The checks on searches hold their bounds on surfaces whose answers are known, in a short form."""

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow

STUDIES = {
    "boundary": 200,
    "cliffs": 300,
    "density": 150,
    "differences": 300,
    "interactions": 300,
    "claims": 60,
}


@pytest.fixture
def module(monkeypatch):
    """Give a module of the benchmarks by name."""
    monkeypatch.syspath_prepend(str(ROOT))
    return lambda name: importlib.import_module(f"benchmarks.{name}")


@pytest.mark.parametrize("name", list(STUDIES))
def test_every_check_of_the_short_form_holds(name, module):
    scale = module("calibration.rows").Scale(studies=STUDIES[name], quick=True)
    found = module(f"playbook.{name}").measure(scale)
    assert [check.name for check in found.checks if not check.holds] == []
    assert found.checks


def test_the_list_of_groups_is_complete(module):
    assert list(module("playbook.__main__").GROUPS) == list(STUDIES)


def test_a_rule_that_cries_wolf_is_noticed(module):
    """The best in the outer tenth alone, taken for an edge, misses the bound on irrelevant ones."""
    rows, boundary, surfaces = (
        module(name) for name in ("calibration.rows", "playbook.boundary", "playbook.surfaces")
    )
    rng = rows.Scale().rng("wolf")
    surface = boundary.SURFACES["parameter irrelevant"]
    said = [boundary._is_outer(surfaces.searched(surface, 32, rng)) for _ in range(200)]
    check = rows.Check(name="alone", cells=(rows.share("n=32", said),), high=0.08)
    assert check.standing == rows.MISSED


def test_mirrored_and_log_scaled_copies_of_a_surface_get_the_same_verdicts(module):
    rows, boundary, surfaces = (
        module(name) for name in ("calibration.rows", "playbook.boundary", "playbook.surfaces")
    )
    from trialist.analysis.playbook import checks_of

    rng = rows.Scale().rng("copies")
    for surface in boundary.SURFACES.values():
        search = surfaces.searched(surface, 16, rng)
        mirror = surfaces.Search(units=1 - search.units, scores=search.scores)
        said = [
            [
                (check.check, check.level, check.subject)
                for check in checks_of(
                    surfaces.table_of({"base": [one]}, parameters=parameters, noise=0.03)
                )
            ]
            for one, parameters in (
                (search, surfaces.LINEAR),
                (mirror, surfaces.LINEAR),
                (search, surfaces.LOG),
            )
        ]
        assert sorted(said[0]) == sorted(said[1]) == sorted(said[2])
