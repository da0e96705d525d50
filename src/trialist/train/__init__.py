"""Everything with torch: `trialist.train.fit`, `Task` and their parts; loaded when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialist.train.adapters.accelerate import accelerate_tracker
    from trialist.train.adapters.huggingface import huggingface_callback
    from trialist.train.adapters.keras import keras_callback
    from trialist.train.adapters.lightning import lightning_callback
    from trialist.train.advice import advise
    from trialist.train.augment.bykornia import KorniaAugmentation
    from trialist.train.augment.key import AugmentKey
    from trialist.train.augment.keyedops import Augmentation
    from trialist.train.augment.operations import Crop, Cutout, Erase, Flip, Shift
    from trialist.train.augment.previewing import preview
    from trialist.train.augment.tiers import Progressive, augmentation
    from trialist.train.average import AveragedModel
    from trialist.train.batch import Batch
    from trialist.train.evaluation import Evaluation, evaluate
    from trialist.train.fitted import Fit
    from trialist.train.fitting import fit
    from trialist.train.gradcheck import GradientCheck, check_gradients
    from trialist.train.imbalance import class_weights, focal_loss
    from trialist.train.initialization import Initialization, initialize
    from trialist.train.loaderdata import LoaderData
    from trialist.train.lrrange import LrRange, lr_range
    from trialist.train.memory import checkpoint_blocks, micro_batch_for
    from trialist.train.normalizer import Normalizer
    from trialist.train.optimizers import SGD, Adam, AdamW
    from trialist.train.replicates.probing import probe
    from trialist.train.replicates.replicateloop import ReplicateLoop
    from trialist.train.schedules import (
        Constant,
        Cosine,
        Cyclical,
        Exponential,
        InverseTime,
        Linear,
        OneCycle,
        Polynomial,
        Schedule,
        Step,
        WarmRestarts,
    )
    from trialist.train.stepper import Loss, Stepper
    from trialist.train.task import Task
    from trialist.train.tensordata import TensorData
    from trialist.train.torchschedules import TorchSchedule, plateau
    from trialist.train.warmstart import warm_start
    from trialist.values.vectorization import Decision

_HOMES = {
    "Adam": "optimizers",
    "AdamW": "optimizers",
    "AugmentKey": "augment.key",
    "Augmentation": "augment.keyedops",
    "AveragedModel": "average",
    "Batch": "batch",
    "Constant": "schedules",
    "Cosine": "schedules",
    "Crop": "augment.operations",
    "Cutout": "augment.operations",
    "Cyclical": "schedules",
    "Decision": "replicates.probing",
    "Erase": "augment.operations",
    "Evaluation": "evaluation",
    "Exponential": "schedules",
    "Fit": "fitted",
    "Flip": "augment.operations",
    "GradientCheck": "gradcheck",
    "Initialization": "initialization",
    "InverseTime": "schedules",
    "KorniaAugmentation": "augment.bykornia",
    "Linear": "schedules",
    "LoaderData": "loaderdata",
    "Loss": "stepper",
    "LrRange": "lrrange",
    "Normalizer": "normalizer",
    "OneCycle": "schedules",
    "Polynomial": "schedules",
    "Progressive": "augment.tiers",
    "ReplicateLoop": "replicates.replicateloop",
    "SGD": "optimizers",
    "Schedule": "schedules",
    "Shift": "augment.operations",
    "Step": "schedules",
    "Stepper": "stepper",
    "Task": "task",
    "TensorData": "tensordata",
    "TorchSchedule": "torchschedules",
    "WarmRestarts": "schedules",
    "check_gradients": "gradcheck",
    "checkpoint_blocks": "memory",
    "accelerate_tracker": "adapters.accelerate",
    "advise": "advice",
    "augmentation": "augment.tiers",
    "class_weights": "imbalance",
    "evaluate": "evaluation",
    "fit": "fitting",
    "focal_loss": "imbalance",
    "huggingface_callback": "adapters.huggingface",
    "initialize": "initialization",
    "keras_callback": "adapters.keras",
    "lightning_callback": "adapters.lightning",
    "lr_range": "lrrange",
    "micro_batch_for": "memory",
    "plateau": "torchschedules",
    "preview": "augment.previewing",
    "probe": "replicates.probing",
    "warm_start": "warmstart",
}

__all__ = [
    "SGD",
    "Adam",
    "AdamW",
    "AugmentKey",
    "Augmentation",
    "AveragedModel",
    "Batch",
    "Constant",
    "Cosine",
    "Crop",
    "Cutout",
    "Cyclical",
    "Decision",
    "Erase",
    "Evaluation",
    "Exponential",
    "Fit",
    "Flip",
    "GradientCheck",
    "Initialization",
    "InverseTime",
    "KorniaAugmentation",
    "Linear",
    "LoaderData",
    "Loss",
    "LrRange",
    "Normalizer",
    "OneCycle",
    "Polynomial",
    "Progressive",
    "ReplicateLoop",
    "Schedule",
    "Shift",
    "Step",
    "Stepper",
    "Task",
    "TensorData",
    "TorchSchedule",
    "WarmRestarts",
    "accelerate_tracker",
    "advise",
    "augmentation",
    "check_gradients",
    "checkpoint_blocks",
    "class_weights",
    "evaluate",
    "fit",
    "focal_loss",
    "huggingface_callback",
    "initialize",
    "keras_callback",
    "lightning_callback",
    "lr_range",
    "micro_batch_for",
    "plateau",
    "preview",
    "probe",
    "warm_start",
]


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'trialist.train' has no attribute {name!r}")
    return getattr(import_module(f"trialist.train.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__]
