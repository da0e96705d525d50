"""What runs used, joined over runs, and where it is shown."""

import json
from pathlib import Path

import pytest

import trialist
from trialist.lab.machineuse import use_of
from trialist.lab.report import report
from trialist.lab.status import status
from trialist.ledger.journal import JournalWriter
from trialist.ledger.systemfile import SystemWriter


def measured(place, rows, *, n_cores=4, wait=None):
    place.mkdir(parents=True, exist_ok=True)
    writer = SystemWriter(place, clock=lambda: 1000.0)
    for row in rows:
        writer.write(
            {f"system/{name}": value for name, value in row.items()}, about={"n_cores": n_cores}
        )
    if wait is not None:
        journal = JournalWriter(place / "journal.jsonl", clock=lambda: 1000.0)
        journal.start({})
        journal.event("system", {"v": {"system/data_wait": wait}})
    return place


def test_each_run_counts_the_same_and_memory_is_the_most(tmp_path):
    one = measured(
        tmp_path / "1",
        [{"cpu_utilization": 0.25, "rss_bytes": 100}, {"cpu_utilization": 0.75, "rss_bytes": 900}],
        wait=0.2,
    )
    two = measured(tmp_path / "2", [{"cpu_utilization": 0.25, "rss_bytes": 300}], wait=0.4)
    found = use_of([one, two, tmp_path / "never measured"])
    assert found.to_dict() == {
        "n_runs": 2, "n_cores_used": 1.5, "n_cores": 4, "rss_bytes": 900,
        "gpu_utilization": None, "gpu_memory_bytes": None, "data_wait": pytest.approx(0.3),
    }  # fmt: skip


def test_one_gpu_or_several(tmp_path):
    basis = {"cpu_utilization": 0.5, "rss_bytes": 1}
    one = measured(tmp_path / "1", [basis | {"gpu_utilization": 0.5, "gpu_memory_bytes": 7}])
    two = measured(
        tmp_path / "2",
        [basis | {"gpu0/utilization": 0.2, "gpu1/utilization": 0.4, "gpu1/memory_bytes": 9}],
    )
    found = use_of([one, two])
    assert found.gpu_utilization == pytest.approx((0.5 + 0.3) / 2)
    assert found.gpu_memory_bytes == 9


def test_where_nothing_was_measured_nothing_is_said(tmp_path):
    assert use_of([]) is None
    assert use_of([tmp_path]) is None


def test_status_and_report_tell_it_and_the_results_do_not(small):
    study = small()
    trialist.run(study)
    root = Path("experiments/small")
    before = {name: (root / name).read_bytes() for name in ("results.json", "results.md")}
    page = (root / "report.html").read_text(encoding="utf-8")
    assert "cores busy" not in page
    assert status("small").machine is None
    assert "machine" not in status("small").to_dict()
    for place in root.glob("trials/*/*/attempt-1"):
        measured(place, [{"cpu_utilization": 0.25, "rss_bytes": 2**30, "gpu_utilization": 0.3}])
    found = status("small")
    assert found.machine.n_cores_used == 1.0
    assert json.loads(json.dumps(found.to_dict()))["machine"]["rss_bytes"] == 2**30
    report("small")
    page = (root / "report.html").read_text(encoding="utf-8")
    assert "A run kept 1.0 of 4 cores busy · held up to 1.0 GiB · its GPU was busy 30 %" in page
    assert "The GPU idles" in page
    assert {name: (root / name).read_bytes() for name in before} == before
    assert trialist.verify("small").holds
