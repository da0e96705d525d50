"""Learning-rate schedules: closed forms of the step, so a resumed run needs no state for them."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from trialist.train.settings import check_reals
from trialist.values.errors import ConfigError, near


class Rates(NamedTuple):
    """What a schedule says of one step.

    Attributes:
        lr: The learning rate as a share of the optimizer's own.
        momentum: The momentum (SGD) or first beta (Adam); None: as the optimizer has it.
    """

    lr: float
    momentum: float | None = None


class Schedule(ABC):
    """A learning rate for each step; past the end its last value holds."""

    name: ClassVar[str]
    decays_to_zero: ClassVar[bool] = False
    """True where the last steps hardly change the weights: whoever stops early misses the gain."""

    def at(self, step: int, total: int) -> Rates:
        """Give what holds at a step.

        Args:
            step: The optimizer step, from 0.
            total: How many steps the run has, from 1.
        """
        return self._at(min(step, total), total)

    @abstractmethod
    def _at(self, step: int, total: int) -> Rates: ...


@dataclass(frozen=True, slots=True)
class Constant(Schedule):
    """The optimizer's own learning rate, from the first step to the last."""

    name: ClassVar[str] = "constant"

    def _at(self, step: int, total: int) -> Rates:  # noqa: ARG002 — the same at every step
        return Rates(1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Schedule):
    """Times `gamma` after every `every` steps; torch's StepLR.

    Attributes:
        every: Steps between two falls; a share of all steps where below 1.
        gamma: What the rate is multiplied with.
    """

    name: ClassVar[str] = "step"
    every: float = 1 / 3
    gamma: float = 0.1

    def __post_init__(self) -> None:
        _positive(self.name, every=self.every, gamma=self.gamma)

    def _at(self, step: int, total: int) -> Rates:
        return Rates(self.gamma ** (step // _steps(self.every, total)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exponential(Schedule):
    """Falls by the same factor at every step, to `end` of the first rate; torch's ExponentialLR."""

    name: ClassVar[str] = "exponential"
    end: float = 0.01

    def __post_init__(self) -> None:
        _positive(self.name, end=self.end)

    def _at(self, step: int, total: int) -> Rates:
        return Rates(self.end ** (step / total))


@dataclass(frozen=True, slots=True, kw_only=True)
class InverseTime(Schedule):
    """1 / (1 + k x), x the share of the steps that are done, k so that it ends at `end`."""

    name: ClassVar[str] = "inverse_time"
    end: float = 0.1

    def __post_init__(self) -> None:
        _positive(self.name, end=self.end)

    def _at(self, step: int, total: int) -> Rates:
        return Rates(1 / (1 + (1 / self.end - 1) * step / total))


@dataclass(frozen=True, slots=True, kw_only=True)
class Polynomial(Schedule):
    """(1 - x) to a power, down to 0; torch's PolynomialLR."""

    name: ClassVar[str] = "polynomial"
    decays_to_zero: ClassVar[bool] = True
    power: float = 2.0

    def __post_init__(self) -> None:
        _positive(self.name, power=self.power)

    def _at(self, step: int, total: int) -> Rates:
        return Rates((1 - step / total) ** self.power)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear(Schedule):
    """A straight line to `end`; torch's LinearLR from 1."""

    name: ClassVar[str] = "linear"
    decays_to_zero: ClassVar[bool] = True
    end: float = 0.0

    def __post_init__(self) -> None:
        _share(self.name, end=self.end)

    def _at(self, step: int, total: int) -> Rates:
        return Rates(1 + (self.end - 1) * step / total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosine(Schedule):
    """Half a cosine from 1 to `end`; torch's CosineAnnealingLR, which climbs again past its end.

    References:
        Loshchilov and Hutter (2017), SGDR.
    """

    name: ClassVar[str] = "cosine"
    decays_to_zero: ClassVar[bool] = True
    end: float = 0.0

    def __post_init__(self) -> None:
        _share(self.name, end=self.end)

    def _at(self, step: int, total: int) -> Rates:
        return Rates(_cosine(step / total, self.end))


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmRestarts(Schedule):
    """A cosine that begins anew, each time over more steps; torch's CosineAnnealingWarmRestarts.

    Attributes:
        first: Steps until the first restart; a share of all steps where below 1.
        factor: How many times longer each next one is, from 1.
        end: The lowest rate, as a share.

    References:
        Loshchilov and Hutter (2017), SGDR.
    """

    name: ClassVar[str] = "sgdr"
    decays_to_zero: ClassVar[bool] = True
    first: float = 1 / 7
    factor: int = 2
    end: float = 0.0

    def __post_init__(self) -> None:
        _positive(self.name, first=self.first, factor=self.factor)
        _share(self.name, end=self.end)

    def _at(self, step: int, total: int) -> Rates:
        length, within = _steps(self.first, total), step
        if step >= total:  # the last value holds: that of the last step
            within = step = total - 1
        while within >= length:
            within, length = within - length, length * self.factor
        return Rates(_cosine(within / length, self.end))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cyclical(Schedule):
    """Up and down in straight lines between `low` and 1; torch's CyclicLR, mode "triangular".

    Attributes:
        half: Steps of one way up; a share of all steps where below 1.
        low: The lowest rate, as a share of the highest.
        shrink: What the height of each next cycle is multiplied with; 0.5 is "triangular2".

    References:
        Smith (2017), Cyclical learning rates.
    """

    name: ClassVar[str] = "cyclical"
    half: float = 1 / 8
    low: float = 0.1
    shrink: float = 1.0

    def __post_init__(self) -> None:
        _positive(self.name, half=self.half, shrink=self.shrink)
        _share(self.name, low=self.low)

    def _at(self, step: int, total: int) -> Rates:
        half = _steps(self.half, total)
        cycle, within = divmod(step, 2 * half)
        height = max(0.0, 1 - abs(within / half - 1)) * self.shrink**cycle
        return Rates(self.low + (1 - self.low) * height)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneCycle(Schedule):
    """Up, down and out in straight lines, with the momentum the other way round.

    torch's OneCycleLR with three_phase=True, anneal_strategy="linear"; that raises past its end.

    Attributes:
        rise: The share of the steps of the way up; the way down is as long.
        start: The first rate, as a share of the highest.
        end: The last rate, as a share of the first.
        momentum: The highest and the lowest momentum; None leaves the momentum alone.

    References:
        Smith (2018), A disciplined approach to neural network hyper-parameters, part 1.
    """

    name: ClassVar[str] = "one_cycle"
    decays_to_zero: ClassVar[bool] = True
    rise: float = 0.45
    start: float = 0.1
    end: float = 0.1
    momentum: tuple[float, float] | None = (0.95, 0.85)

    def __post_init__(self) -> None:
        _positive(self.name, start=self.start, end=self.end)
        if not 0 < self.rise <= 0.5:
            raise ConfigError(f"one_cycle has rise {self.rise}", todo="give a share up to 0.5")

    def _at(self, step: int, total: int) -> Rates:
        step = min(step, total - 1)
        top, bottom, last = self.rise * total - 1, 2 * self.rise * total - 2, total - 1
        low, lowest = self.start, self.start * self.end
        high_m, low_m = self.momentum or (0.0, 0.0)
        if step <= top:
            way, rates, momenta = step / top if top > 0 else 1.0, (low, 1.0), (high_m, low_m)
        elif step <= bottom:
            way = (step - top) / (bottom - top)
            rates, momenta = (1.0, low), (low_m, high_m)
        else:
            way = (step - bottom) / (last - bottom) if last > bottom else 1.0
            rates, momenta = (low, lowest), (high_m, high_m)
        momentum = momenta[0] + (momenta[1] - momenta[0]) * way if self.momentum else None
        return Rates(rates[0] + (rates[1] - rates[0]) * way, momentum)


@dataclass(frozen=True, slots=True)
class Warmed(Schedule):
    """A straight line up to the first rate of another schedule, which then has the steps left.

    Attributes:
        schedule: What follows.
        warmup: Steps; a share of all steps where below 1.
    """

    name: ClassVar[str] = "warm-up"
    schedule: Schedule
    warmup: float

    def _at(self, step: int, total: int) -> Rates:
        warmup = _steps(self.warmup, total)
        if warmup >= total:
            raise ConfigError(
                f"warm-up takes {warmup} steps, and the run has {total}",
                todo="warm up for fewer steps, 2 to 10 % of them",
            )
        rates = self.schedule.at(max(step - warmup, 0), total - warmup)
        if step >= warmup:
            return rates
        return Rates(rates.lr * (step + 1) / warmup, rates.momentum)


SCHEDULES: dict[str, type[Schedule]] = {
    one.name: one
    for one in (
        *(Constant, Step, Exponential, InverseTime, Polynomial, Linear, Cosine, WarmRestarts),
        *(Cyclical, OneCycle),
    )
}


def schedule_of(given: str | Schedule | None, warmup: float = 0) -> Schedule:
    """Give the schedule that a name or a schedule says, with its warm-up.

    Args:
        given: One of `SCHEDULES`, or a schedule; None: constant.
        warmup: Steps of warm-up before it; a share of all steps where below 1.

    Raises:
        ConfigError: For an unknown name, what is no schedule, or a warm-up below 0.
    """
    if isinstance(given, str):
        if given not in SCHEDULES:
            known = sorted(SCHEDULES)
            raise ConfigError(f"there is no schedule {given!r}", todo=near(given, known))
        given = SCHEDULES[given]()
    schedule = given or Constant()
    if not isinstance(schedule, Schedule):
        raise ConfigError(f"the schedule is {_said(schedule)}", todo=_cure(schedule))
    check_reals(warmup=warmup)
    if warmup < 0:
        raise ConfigError(f"warm-up takes {warmup} steps", todo="give 0 or more")
    return Warmed(schedule, warmup) if warmup else schedule


def _said(given: object) -> str:
    return f"the class {given.__name__}" if isinstance(given, type) else repr(given)


def _cure(given: object) -> str:
    if isinstance(given, type) and issubclass(given, Schedule):
        return f"make it: {given.__name__}()"
    return (
        "give a name, a schedule such as Cosine(), or a scheduler of torch's: "
        "TorchSchedule(make=lambda optimizer: StepLR(optimizer, 30))"
    )


def _cosine(share: float, end: float) -> float:
    return end + (1 - end) * (1 + math.cos(math.pi * share)) / 2


def _steps(given: float, total: int) -> int:
    """Give steps from steps, or from a share of `total`."""
    return max(1, round(given * total) if given < 1 else int(given))


def _positive(schedule: str, **values: float) -> None:
    for name, value in values.items():
        if not value > 0:
            raise ConfigError(f"{schedule} has {name} {value}", todo="give a number above 0")


def _share(schedule: str, **values: float) -> None:
    for name, value in values.items():
        if not 0 <= value <= 1:
            raise ConfigError(f"{schedule} has {name} {value}", todo="give a share from 0 to 1")
