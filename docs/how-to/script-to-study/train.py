"""Train a small network on the first 1,000 of scikit-learn's digits, measure on the others."""

import torch
from sklearn.datasets import load_digits
from torch import nn

STEPS = 300

digits = load_digits()
X = torch.tensor(digits.data / 16, dtype=torch.float32)
Y = torch.tensor(digits.target)


def train(config, run):
    model = nn.Sequential(
        nn.Linear(64, 128),
        nn.ReLU(),
        nn.Dropout(config["dropout"]),
        nn.Linear(128, 10),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=config["lr"], momentum=0.9)
    for step in range(1, STEPS + 1):
        rows = torch.randint(1000, (64,))
        loss = nn.functional.cross_entropy(model(X[rows]), Y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 100 == 0:
            run.log({"train/loss": loss.item()}, step=step)
    model.eval()
    accuracy = (model(X[1000:]).argmax(dim=1) == Y[1000:]).double().mean().item()
    return {"val/accuracy": accuracy}
