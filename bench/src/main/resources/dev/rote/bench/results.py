"""What a Python user would write to find wrong labels.

probs P.npy Y.npy OUT: confident learning (Northcutt et al. 2021) on held-out probabilities, the issues as CSV,
and the probability of each label.
train IMAGES.npy Y.npy FOLDS EPOCHS OUT: trains small-cnn in PyTorch on all folds but one, in turn, for the
probabilities, and then the same.
"""

import os
import sys

import numpy as np


def issues(p, y):
    """Prunes by noise rate: of each pair of classes, as many samples as the confident joint counts."""
    n, k = p.shape
    thresholds = np.array([p[y == j, j].mean() if (y == j).any() else 1 for j in range(k)])
    confident = np.where(p >= thresholds - 1e-6, p, -1)
    best = confident.argmax(1)
    kept = confident.max(1) >= 0
    joint = np.zeros((k, k))
    np.add.at(joint, (y[kept], best[kept]), 1)
    counts = np.bincount(y, minlength=k)
    joint *= (counts / np.maximum(joint.sum(1), 1))[:, None]
    found = set()
    for i in range(k):
        of_class = np.flatnonzero(y == i)
        for j in range(k):
            wrong = int(round(joint[i, j]))
            if i != j and wrong > 0:
                margin = p[of_class, j] - p[of_class, i]
                found.update(of_class[np.argsort(-margin)[:wrong]])
    found = np.array(sorted(found), dtype=int)
    return found[np.argsort(p[found, y[found]])]


def write(p, y, out):
    os.makedirs(out, exist_ok=True)
    np.save(os.path.join(out, "quality.npy"), p[np.arange(len(y)), y])
    with open(os.path.join(out, "issues.csv"), "w") as file:
        file.write("id,observed,suggested,probability\n")
        for i in issues(p, y):
            file.write(f"{i},{y[i]},{p[i].argmax()},{p[i, y[i]]:.4f}\n")


def train(x, y, folds, epochs):
    import torch
    from torch import nn

    classes, batch = int(y.max()) + 1, 128
    x = torch.from_numpy(x).float() / 255
    x = (x - x.mean((0, 2, 3), keepdim=True)) / x.std((0, 2, 3), keepdim=True)
    labels = torch.from_numpy(y).long()

    def network():
        layers, inner = [], x.shape[1]
        for out in (32, 64, 96):
            layers += [nn.Conv2d(inner, out, 3, 2, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU()]
            inner = out
        return nn.Sequential(
            *layers, nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(inner * 16, 256), nn.ReLU(),
            nn.Linear(256, classes))

    fold = torch.randperm(len(x), generator=torch.Generator().manual_seed(1)) % folds
    probabilities = np.zeros((len(x), classes), dtype=np.float32)
    for held in range(folds):
        torch.manual_seed(held)
        model, inside = network(), torch.nonzero(fold != held)[:, 0]
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        for _ in range(epochs):
            model.train()
            order = inside[torch.randperm(len(inside))]
            for at in range(0, len(order), batch):
                chosen = order[at:at + batch]
                optimizer.zero_grad()
                nn.functional.cross_entropy(model(x[chosen]), labels[chosen]).backward()
                optimizer.step()
        model.eval()
        outside = torch.nonzero(fold == held)[:, 0]
        with torch.no_grad():
            for at in range(0, len(outside), 250):
                chosen = outside[at:at + 250]
                probabilities[chosen.numpy()] = model(x[chosen]).softmax(1).numpy()
    return probabilities


if sys.argv[1] == "probs":
    write(np.load(sys.argv[2]), np.load(sys.argv[3]), sys.argv[4])
else:
    observed = np.load(sys.argv[3])
    write(train(np.load(sys.argv[2]), observed, int(sys.argv[4]), int(sys.argv[5])), observed, sys.argv[6])
