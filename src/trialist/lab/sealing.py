"""Which test set a study's plan names: its digest, from its files or from its function's name."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from trialist.ledger.dataversions import DigestCache, data_versions
from trialist.ledger.filedigest import digest_of_file
from trialist.values.canonical import digest_of
from trialist.values.errors import ConfigError
from trialist.values.metric import Goal, metric_name
from trialist.values.plan import Plan
from trialist.values.sealed import TEST, PlannedSeal, SealedTest, is_alike
from trialist.values.study import Study


def with_seal(plan: Plan, study: Study) -> Plan:
    """Give a plan that names its study's sealed test set, where the study has one.

    Raises:
        ConfigError: If the test is no function's name, or its files are not there.
    """
    seal = study.test
    if seal is None:
        return plan
    if isinstance(seal, str):  # a study makes a value of it
        raise TypeError("a study's test is a SealedTest")
    place, _, function = seal.trial.rpartition(":")
    if not place or not function:
        raise ConfigError(
            f"the test {seal.trial!r} names no function",
            where="test",
            todo="write file.py:function, or file.py:task.tested for a trialist.train.Task",
        )
    metric = seal.metric or f"{TEST}/{plan.metric.name.partition('/')[2]}"
    if metric_name(metric) == plan.metric.name:
        raise ConfigError(
            f"the test measures {metric}, which the study chooses by",
            where="test.metric",
            todo=f"name another one, such as {TEST}/accuracy",
        )
    if seal.goal is None and not is_alike(metric, plan.metric.name):
        raise ConfigError(
            f"which way {metric} is better is not said",
            where="test.goal",
            todo="give test a goal: maximize or minimize",
        )
    named = PlannedSeal(
        trial=seal.trial,
        metric=metric_name(metric),
        goal=plan.metric.goal if seal.goal is None else Goal(seal.goal),
        digest=digest_of_test(seal, study.folder),
        data=seal.data,
    )
    return replace(plan, test=named)


def digest_of_test(seal: SealedTest | PlannedSeal, folder: Path) -> str:
    """Give which test set it is, wherever its files lie and whatever they are called.

    Without files it is known by the name of its function alone: what that reads may change unseen.

    Raises:
        ConfigError: With every path that names nothing.
    """
    if not seal.data:
        return digest_of({"trial": seal.trial})
    versions = data_versions(seal.data, folder=folder, cache=_Once(path=None))
    return digest_of({"data": sorted(str(one["sha256"]) for one in versions.values())})


class _Once(DigestCache):
    """Reads each file once per process: a plan is made again after every look."""

    def digest(self, path: Path) -> str:
        found = path.stat()
        return _digest(str(path), found.st_size, found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=4096)
def _digest(path: str, *mark: int) -> str:
    del mark  # a file that was changed is another one
    return digest_of_file(Path(path))
