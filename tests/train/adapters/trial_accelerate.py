"""A small training with Accelerate."""

import accelerate
import torch
from torch import nn
from torch.nn import functional

import trialist


def data():
    x = torch.randn(120, 4, generator=torch.Generator().manual_seed(0))
    return torch.utils.data.TensorDataset(x, (x[:, 0] > 0).long())


def trained(run, *, lr=0.05, epochs=3, told=None):
    tracker = trialist.train.accelerate_tracker(run)
    accelerator = accelerate.Accelerator(log_with=tracker, cpu=True)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr)
    loader = torch.utils.data.DataLoader(data(), batch_size=20, shuffle=True)
    accelerator.init_trackers("mine", config={"lr": lr})
    accelerator.register_save_state_pre_hook(tracker.on_save)
    model, optimizer, loader = accelerator.prepare(model, optimizer, loader)
    step = 0
    for epoch in range(epochs):
        for x, y in loader:
            if tracker.should_stop():
                return step
            loss = functional.cross_entropy(model(x), y)
            accelerator.backward(loss)
            optimizer.step()
            optimizer.zero_grad()
            step += 1
            row = {"loss": loss.item(), "lr": lr, "phase": "warm-up", "epoch": epoch}
            accelerator.log(row, step=step)
            if told is not None:
                told.append((step, row))
        accelerator.save_state(run.directory / "accelerate")
        with torch.no_grad():
            whole = functional.cross_entropy(model(data()[:][0]), data()[:][1]).item()
        accelerator.log({"val_loss": whole}, step=step)
        if told is not None:
            told.append((step, {"val_loss": whole}))
    accelerator.end_training()
    return step
