"""trialist: from a question about neural networks to a verdict one can defend.

Everything public is here, and nothing heavy is loaded before it is used.

    import trialist

    result = trialist.compare({"baseline": [...], "dropout": [...]}, goal="maximize")
    print(result.verdicts["dropout"].sentence)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialist.lab.compare import compare
    from trialist.lab.init import init
    from trialist.lab.plan import PlanReport, plan
    from trialist.lab.power import PowerReport, power
    from trialist.lab.report import report
    from trialist.lab.result import StudyResult
    from trialist.lab.run import run
    from trialist.lab.status import Status, status
    from trialist.lab.study import load_study
    from trialist.lab.verify import Verification, verify
    from trialist.values.errors import TrialistError
    from trialist.values.metric import Metric
    from trialist.values.plan import Plan
    from trialist.values.results import Results
    from trialist.values.study import Study
    from trialist.values.verdict import Verdict, VerdictCode

__version__ = "0.1.0"

__all__ = [
    "Metric",
    "Plan",
    "PlanReport",
    "PowerReport",
    "Results",
    "Status",
    "Study",
    "StudyResult",
    "TrialistError",
    "Verdict",
    "VerdictCode",
    "Verification",
    "compare",
    "init",
    "load_study",
    "plan",
    "power",
    "report",
    "run",
    "status",
    "verify",
]

_HOMES = {
    "Metric": "trialist.values.metric",
    "Plan": "trialist.values.plan",
    "PlanReport": "trialist.lab.plan",
    "PowerReport": "trialist.lab.power",
    "Results": "trialist.values.results",
    "Status": "trialist.lab.status",
    "Study": "trialist.values.study",
    "StudyResult": "trialist.lab.result",
    "TrialistError": "trialist.values.errors",
    "Verdict": "trialist.values.verdict",
    "VerdictCode": "trialist.values.verdict",
    "Verification": "trialist.lab.verify",
    "compare": "trialist.lab.compare",
    "init": "trialist.lab.init",
    "load_study": "trialist.lab.study",
    "plan": "trialist.lab.plan",
    "power": "trialist.lab.power",
    "report": "trialist.lab.report",
    "run": "trialist.lab.run",
    "status": "trialist.lab.status",
    "verify": "trialist.lab.verify",
}


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'trialist' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
