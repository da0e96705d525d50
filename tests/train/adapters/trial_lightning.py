"""A small training with Lightning."""

import lightning.pytorch as lightning
import torch
from torch import nn
from torch.nn import functional

import trialist

X = torch.randn(120, 4, generator=torch.Generator().manual_seed(0))
Y = (X[:, 0] > 0).long()


class Net(lightning.LightningModule):
    def __init__(self, lr=0.05):
        super().__init__()
        self.lr = lr
        self.net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 2))

    def training_step(self, batch, number):
        loss = functional.cross_entropy(self.net(batch[0]), batch[1])
        self.log("train_loss", loss, on_step=True, on_epoch=True)
        return loss

    def validation_step(self, batch, number):
        said = self.net(batch[0])
        self.log("val_loss", functional.cross_entropy(said, batch[1]))
        self.log("val_accuracy", (said.argmax(1) == batch[1]).float().mean())

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), self.lr)


def loaders():
    data = torch.utils.data.TensorDataset(X, Y)
    loader = torch.utils.data.DataLoader
    return loader(data, batch_size=20, shuffle=True), loader(data, batch_size=60)


QUIET = {
    "accelerator": "cpu",
    "enable_progress_bar": False,
    "enable_model_summary": False,
    "log_every_n_steps": 2,
    "max_epochs": 3,
}


def trained(run, *, lr=0.05, more=(), **options):
    callback = trialist.train.lightning_callback(run)
    trainer = lightning.Trainer(
        callbacks=[callback, *more], default_root_dir=run.directory, **QUIET, **options
    )
    model = Net(lr)
    trainer.fit(model, *loaders())
    return trainer, model
