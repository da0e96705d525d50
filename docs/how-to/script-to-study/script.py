"""Train a small network on the first 1,000 of scikit-learn's digits, measure on the others."""

import torch
from sklearn.datasets import load_digits
from torch import nn

LR, DROPOUT, STEPS, SEED = 0.1, 0.0, 300, 0

digits = load_digits()
X = torch.tensor(digits.data / 16, dtype=torch.float32)
Y = torch.tensor(digits.target)


def main():
    torch.manual_seed(SEED)
    model = nn.Sequential(
        nn.Linear(64, 128),
        nn.ReLU(),
        nn.Dropout(DROPOUT),
        nn.Linear(128, 10),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=0.9)
    for step in range(1, STEPS + 1):
        rows = torch.randint(1000, (64,))
        loss = nn.functional.cross_entropy(model(X[rows]), Y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 100 == 0:
            print(f"step {step}  loss {loss.item():.4f}")
    model.eval()
    accuracy = (model(X[1000:]).argmax(dim=1) == Y[1000:]).double().mean().item()
    print(f"accuracy {accuracy:.4f}")


if __name__ == "__main__":
    main()
