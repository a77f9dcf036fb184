"""What a Python user would write to find wrong labels.

probs P.npy Y.npy OUT: confident learning (Northcutt et al. 2021) on held-out probabilities, the issues as CSV,
and the probability of each label.
train NETWORK IMAGES.npy Y.npy FOLDS EPOCHS OUT: trains small-cnn or airbench in PyTorch on all folds but one, in turn,
for the probabilities, and then the same.
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


def small_cnn(x, classes):
    from torch import nn

    layers, inner = [], x.shape[1]
    for out in (32, 64, 96):
        layers += [nn.Conv2d(inner, out, 3, 2, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU()]
        inner = out
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(inner * 16, 256), nn.ReLU(),
        nn.Linear(256, classes))


def airbench(x, classes):
    """Jordan (2024), arXiv 2404.00498, in Rote's sizes: whitened patches, three blocks, the maximum of each map."""
    import torch
    from torch import nn

    def convolution(inner, out):
        layer = nn.Conv2d(inner, out, 3, 1, 1, bias=False)
        nn.init.dirac_(layer.weight.data[:inner])
        return layer

    def norm(channels):
        layer = nn.BatchNorm2d(channels, momentum=0.4)
        layer.weight.requires_grad_(False)
        return layer

    class Head(nn.Module):
        def __init__(self, inner):
            super().__init__()
            self.linear = nn.Linear(inner, classes, bias=False)
            nn.init.uniform_(self.linear.weight, -(3 ** 0.5), 3 ** 0.5)

        def forward(self, maps):
            return self.linear(maps.amax((2, 3))) / maps.shape[1]

    channels = x.shape[1]
    patches = x[:5000].unfold(2, 2, 1).unfold(3, 2, 1).permute(0, 2, 3, 1, 4, 5).reshape(-1, 4 * channels)
    values, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
    filters = (vectors.T / torch.sqrt(values + 5e-4)[:, None]).reshape(-1, channels, 2, 2)
    whiten = nn.Conv2d(channels, 8 * channels, 2, bias=False)
    whiten.weight.data = torch.cat([filters, -filters])
    whiten.weight.requires_grad_(False)
    layers, inner = [whiten, nn.ReLU()], 8 * channels
    for out in (64, 128, 256):
        layers += [convolution(inner, out), nn.MaxPool2d(2), norm(out), nn.ReLU()]
        layers += [convolution(out, out), norm(out), nn.ReLU()]
        inner = out
    return nn.Sequential(*layers, Head(inner)).to(memory_format=torch.channels_last)


def muon(parameters, velocities, rate):
    """A step of Muon for filters, and of Nesterov's momentum for all else (Jordan et al. 2024)."""
    for p, v in zip(parameters, velocities):
        if p.dim() != 4:
            v.mul_(0.85).add_(p.grad)
            p.add_(p.grad + 0.85 * v, alpha=-rate * (700 if p.dim() == 2 else 55))
            continue
        v.mul_(0.6).add_(p.grad)
        m = (p.grad + 0.6 * v).reshape(len(p), -1)
        tall = m.shape[0] > m.shape[1]
        m = m.T if tall else m
        m = m / (m.norm() + 1e-7)
        for _ in range(3):
            square = m @ m.T
            m = 3.4445 * m + (-4.7750 * square + 2.0315 * square @ square) @ m
        p.mul_(len(p) ** 0.5 / p.norm())
        p.add_((m.T if tall else m).reshape(p.shape), alpha=-rate)


def varied(x):
    """Half of the images mirrored, each shifted by up to two pixels."""
    import torch

    x = torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, x.flip(3), x)
    padded, side = torch.nn.functional.pad(x, (2, 2, 2, 2), "reflect"), x.shape[2]
    shifts = torch.randint(0, 5, (len(x), 2)).tolist()
    return torch.stack([image[:, i:i + side, j:j + side] for image, (i, j) in zip(padded, shifts)])


def train(name, x, y, folds, epochs):
    import torch
    from torch.nn.functional import cross_entropy

    torch.set_num_threads(os.cpu_count())  # its default counts cores, not their threads
    large = name == "airbench"
    classes, batch = int(y.max()) + 1, 250 if large else 128
    x = torch.from_numpy(x).float() / 255
    x = (x - x.mean((0, 2, 3), keepdim=True)) / x.std((0, 2, 3), keepdim=True)
    labels = torch.from_numpy(y).long()
    fold = torch.randperm(len(x), generator=torch.Generator().manual_seed(1)) % folds
    probabilities = np.zeros((len(x), classes), dtype=np.float32)
    for held in range(folds):
        torch.manual_seed(held)
        inside = torch.nonzero(fold != held)[:, 0]
        model = (airbench if large else small_cnn)(x[inside], classes)
        parameters = [p for p in model.parameters() if p.requires_grad]
        velocities = [torch.zeros_like(p) for p in parameters]
        optimizer = torch.optim.Adam(parameters, lr=1e-3)
        step, steps = 0, epochs * -(-len(inside) // batch)
        for _ in range(epochs):
            model.train()
            order = inside[torch.randperm(len(inside))]
            for at in range(0, len(order), batch):
                chosen = order[at:at + batch]
                optimizer.zero_grad()
                if large:
                    images = varied(x[chosen]).contiguous(memory_format=torch.channels_last)
                    cross_entropy(model(images), labels[chosen], label_smoothing=0.2).backward()
                    with torch.no_grad():
                        muon(parameters, velocities, 0.18 * (1 - step / steps))
                else:
                    cross_entropy(model(x[chosen]), labels[chosen]).backward()
                    optimizer.step()
                step += 1
        model.eval()
        outside = torch.nonzero(fold == held)[:, 0]
        with torch.no_grad():
            for at in range(0, len(outside), 250):
                chosen = outside[at:at + 250]
                logits = model(x[chosen])
                if large:
                    logits = (logits + model(x[chosen].flip(3))) / 2
                probabilities[chosen.numpy()] = logits.softmax(1).numpy()
    return probabilities


if sys.argv[1] == "probs":
    write(np.load(sys.argv[2]), np.load(sys.argv[3]), sys.argv[4])
else:
    network, images, labels, folds, epochs, out = sys.argv[2:]
    observed = np.load(labels)
    write(train(network, np.load(images), observed, int(folds), int(epochs)), observed, out)
