"""A small training with the Trainer of transformers."""

import torch
import transformers
from torch import nn
from torch.nn import functional

import trialist


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 2))

    def forward(self, x, labels=None):
        said = self.net(x)
        return {"loss": functional.cross_entropy(said, labels), "logits": said}


def data():
    x = torch.randn(120, 4, generator=torch.Generator().manual_seed(0))
    return [{"x": one, "labels": (one[0] > 0).long()} for one in x]


def accuracy(said):
    return {"accuracy": float((said.predictions.argmax(1) == said.label_ids).mean())}


def trained(run, *, lr=0.05, more=(), **options):
    callback = trialist.train.huggingface_callback(run)
    arguments = {
        "output_dir": str(run.directory / "hf"), "max_steps": 18, "logging_steps": 2,
        "eval_strategy": "steps", "eval_steps": 6, "save_steps": 6, "learning_rate": lr,
        "per_device_train_batch_size": 20, "report_to": "none", "disable_tqdm": True,
        "use_cpu": True,
    }  # fmt: skip
    trainer = transformers.Trainer(
        model=Net(),
        args=transformers.TrainingArguments(**{**arguments, **options}),
        train_dataset=data(),
        eval_dataset=data()[:60],
        compute_metrics=accuracy,
        callbacks=[callback, *more],
    )
    trainer.train()
    return trainer
