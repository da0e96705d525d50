"""trialist: from a question about neural networks to a verdict one can defend.

Everything public is here, and nothing heavy is loaded before it is used.

    import trialist

    result = trialist.compare({"baseline": [...], "dropout": [...]}, goal="maximize")
    print(result.verdicts["dropout"].sentence)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialist.analysis.batchcurves import BatchCurve, batch_study
    from trialist.design.advice import SuggestedSpace, suggest_space
    from trialist.lab.adopt import Adopted, adopt
    from trialist.lab.analyze import Analysis, analyze
    from trialist.lab.baselines import baseline_histories
    from trialist.lab.batchfind import BatchFindReport, WorkerFindReport, batch_find, worker_find
    from trialist.lab.compare import compare
    from trialist.lab.doctor import DoctorReport, doctor
    from trialist.lab.environment import write_environment
    from trialist.lab.export import export
    from trialist.lab.init import init
    from trialist.lab.lrfind import LrFindReport, lr_find
    from trialist.lab.nextround import NextRound, next_round
    from trialist.lab.openstore import OpenStore, open  # noqa: A004 — the command's word
    from trialist.lab.opentest import OpenedTest, open_test
    from trialist.lab.plan import PlanReport, plan
    from trialist.lab.power import PowerReport, power
    from trialist.lab.preview import PreviewReport, preview
    from trialist.lab.report import report
    from trialist.lab.reproduce import Reproduction, reproduce
    from trialist.lab.result import StudyResult
    from trialist.lab.run import run
    from trialist.lab.schema import schema
    from trialist.lab.startrun import start_run
    from trialist.lab.status import Status, status
    from trialist.lab.study import load_study
    from trialist.lab.verify import Verification, verify
    from trialist.lab.wait import Waited, wait
    from trialist.lab.watch import watch
    from trialist.train.loaders import seeded_loader_args
    from trialist.values.errors import TrialistError
    from trialist.values.metric import Metric
    from trialist.values.plan import Plan
    from trialist.values.results import Results
    from trialist.values.seeds import SeedSet
    from trialist.values.study import Study
    from trialist.values.verdict import Verdict, VerdictCode

__version__ = "0.1.0"

__all__ = [
    "Adopted",
    "Analysis",
    "BatchCurve",
    "BatchFindReport",
    "DoctorReport",
    "LrFindReport",
    "Metric",
    "NextRound",
    "OpenStore",
    "OpenedTest",
    "Plan",
    "PlanReport",
    "PowerReport",
    "PreviewReport",
    "Reproduction",
    "Results",
    "SeedSet",
    "Status",
    "Study",
    "StudyResult",
    "SuggestedSpace",
    "TrialistError",
    "Verdict",
    "VerdictCode",
    "Verification",
    "Waited",
    "WorkerFindReport",
    "adopt",
    "analyze",
    "baseline_histories",
    "batch_find",
    "batch_study",
    "compare",
    "doctor",
    "export",
    "init",
    "load_study",
    "lr_find",
    "next_round",
    "open",
    "open_test",
    "plan",
    "power",
    "preview",
    "report",
    "reproduce",
    "run",
    "schema",
    "seeded_loader_args",
    "start_run",
    "status",
    "suggest_space",
    "verify",
    "wait",
    "watch",
    "worker_find",
    "write_environment",
]

_HOMES = {
    "Analysis": "trialist.lab.analyze",
    "Adopted": "trialist.lab.adopt",
    "BatchCurve": "trialist.analysis.batchcurves",
    "BatchFindReport": "trialist.lab.batchfind",
    "DoctorReport": "trialist.lab.doctor",
    "LrFindReport": "trialist.lab.lrfind",
    "Metric": "trialist.values.metric",
    "NextRound": "trialist.lab.nextround",
    "OpenStore": "trialist.lab.openstore",
    "OpenedTest": "trialist.lab.opentest",
    "Plan": "trialist.values.plan",
    "PlanReport": "trialist.lab.plan",
    "PowerReport": "trialist.lab.power",
    "PreviewReport": "trialist.lab.preview",
    "Reproduction": "trialist.lab.reproduce",
    "Results": "trialist.values.results",
    "SeedSet": "trialist.values.seeds",
    "Status": "trialist.lab.status",
    "Study": "trialist.values.study",
    "StudyResult": "trialist.lab.result",
    "SuggestedSpace": "trialist.design.advice",
    "TrialistError": "trialist.values.errors",
    "Verdict": "trialist.values.verdict",
    "VerdictCode": "trialist.values.verdict",
    "Verification": "trialist.lab.verify",
    "Waited": "trialist.lab.wait",
    "WorkerFindReport": "trialist.lab.batchfind",
    "analyze": "trialist.lab.analyze",
    "adopt": "trialist.lab.adopt",
    "baseline_histories": "trialist.lab.baselines",
    "batch_find": "trialist.lab.batchfind",
    "batch_study": "trialist.analysis.batchcurves",
    "compare": "trialist.lab.compare",
    "doctor": "trialist.lab.doctor",
    "export": "trialist.lab.export",
    "init": "trialist.lab.init",
    "load_study": "trialist.lab.study",
    "lr_find": "trialist.lab.lrfind",
    "next_round": "trialist.lab.nextround",
    "open": "trialist.lab.openstore",
    "open_test": "trialist.lab.opentest",
    "plan": "trialist.lab.plan",
    "power": "trialist.lab.power",
    "preview": "trialist.lab.preview",
    "report": "trialist.lab.report",
    "reproduce": "trialist.lab.reproduce",
    "run": "trialist.lab.run",
    "seeded_loader_args": "trialist.train.loaders",
    "schema": "trialist.lab.schema",
    "start_run": "trialist.lab.startrun",
    "status": "trialist.lab.status",
    "suggest_space": "trialist.design.advice",
    "verify": "trialist.lab.verify",
    "wait": "trialist.lab.wait",
    "watch": "trialist.lab.watch",
    "worker_find": "trialist.lab.batchfind",
    "write_environment": "trialist.lab.environment",
}


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name == "train":  # a package of its own: trialist.train.fit, trialist.train.Task
        return import_module("trialist.train")
    if name not in _HOMES:
        raise AttributeError(f"module 'trialist' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
