"""What a run was made with."""

from trialist.values.runfacts import RunFacts


def test_a_run_has_the_name_a_person_writes():
    assert RunFacts(variant="wide", seed=3, facts={}).name == "wide/seed-3"
