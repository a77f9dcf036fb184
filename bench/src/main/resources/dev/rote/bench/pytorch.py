"""PyTorch as its users write it: eager, or through torch.compile.

Arguments: subject network precision threads device epochs seconds batch training test optimizer rate momentum decay.
Images lie standardized on the device; a step of `steps` gets its batch for nothing. Speaks the lines of the
benchmark's measuring processes.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

(subject, name, precision, threads, device, epochs, seconds, runs, batch, training, test, optimizer, rate, momentum, decay) = sys.argv[1:]
seconds, batch, training, test = float(seconds), int(batch), int(training), int(test)
torch.set_num_threads(int(threads))


class Block(nn.Module):
    def __init__(self, inner, out, stride, option_a):
        super().__init__()
        self.conv1 = nn.Conv2d(inner, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.stride = stride
        self.half = (out - inner) // 2
        self.down = None
        if stride != 1 and not option_a:
            self.down = nn.Sequential(nn.Conv2d(inner, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.down is not None:
            x = self.down(x)
        elif self.stride != 1:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.half, self.half))
        return F.relu(y + x)


def stages(widths, blocks, option_a):
    inner, layers = widths[0], []
    for stage, out in enumerate(widths):
        for block in range(blocks):
            layers.append(Block(inner, out, 2 if block == 0 and stage > 0 else 1, option_a))
            inner = out
    return layers


def resnet32():
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), *stages([16, 32, 64], 5, True),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def resnet18():
    return nn.Sequential(
        nn.Conv2d(1, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1),
        *stages([64, 128, 256, 512], 2, False), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def unit(inner, out, kernel, stride=1, padding=0):
    norm = nn.BatchNorm2d(out, eps=1e-3)
    norm.weight.requires_grad_(False)
    return nn.Sequential(nn.Conv2d(inner, out, kernel, stride, padding, bias=False), norm, nn.ReLU())


class Side(nn.Module):
    def __init__(self, first, second):
        super().__init__()
        self.first, self.second = first, second

    def forward(self, x):
        return torch.cat([self.first(x), self.second(x)], 1)


def inception_lite():
    layers, inner = [unit(3, 96, 3, 1, 1)], 96
    for one, three in ((32, 32), (32, 48)):
        layers.append(Side(unit(inner, one, 1), unit(inner, three, 3, 1, 1)))
        inner = one + three
    layers += [nn.ZeroPad2d((0, 1, 0, 1)), Side(unit(inner, 80, 3, 2), nn.MaxPool2d(3, 2))]
    inner += 80
    for one, three in ((112, 48), (96, 64), (80, 80), (48, 96)):
        layers.append(Side(unit(inner, one, 1), unit(inner, three, 3, 1, 1)))
        inner = one + three
    layers += [nn.ZeroPad2d((0, 1, 0, 1)), Side(unit(inner, 96, 3, 2), nn.MaxPool2d(3, 2))]
    inner += 96
    for _ in range(2):
        layers.append(Side(unit(inner, 176, 1), unit(inner, 160, 3, 1, 1)))
        inner = 336
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inner, 10))


def shift_only(channels):
    norm = nn.BatchNorm2d(channels, momentum=0.4)
    norm.weight.requires_grad_(False)
    return norm


class Airbench(nn.Module):
    def __init__(self):
        super().__init__()
        self.whiten = nn.Conv2d(3, 24, 2, bias=False)
        self.whiten.weight.requires_grad_(False)
        layers, inner = [], 24
        for out in (64, 128, 256):
            layers += [nn.Conv2d(inner, out, 3, 1, 1, bias=False), nn.MaxPool2d(2), shift_only(out), nn.ReLU()]
            layers += [nn.Conv2d(out, out, 3, 1, 1, bias=False), shift_only(out), nn.ReLU()]
            inner = out
        self.blocks = nn.Sequential(*layers)
        self.head = nn.Linear(inner, 10, bias=False)

    def forward(self, x):
        x = self.blocks(F.relu(self.whiten(x)))
        return self.head(x.amax((2, 3))) / x.shape[1]


networks = {
    "resnet32": (resnet32, 3, 32), "resnet18": (resnet18, 1, 28), "inception-lite": (inception_lite, 3, 28),
    "airbench": (Airbench, 3, 32)}
make, channels, side = networks[name]
net = make().to(device)
count = sum(p.numel() for p in net.parameters() if p.requires_grad)
model = torch.compile(net) if subject == "pytorch-compile" else net
if optimizer == "adam":
    optim = torch.optim.Adam(net.parameters(), lr=float(rate))
else:
    optim = torch.optim.SGD(net.parameters(), lr=float(rate), momentum=float(momentum), weight_decay=float(decay))


def noise(n):
    return torch.randn(n, channels, side, side, device=device), torch.randint(0, 10, (n,), device=device)


images, labels = noise(training)
test_images, test_labels = noise(test)


def step(x, y):
    optim.zero_grad()
    with torch.autocast(device, dtype=torch.bfloat16, enabled=precision == "bf16"):
        loss = F.cross_entropy(model(x), y)
    loss.backward()
    optim.step()


def train():
    model.train()
    order = torch.randperm(training, device=device)
    for at in range(0, training, batch):
        chosen = order[at:at + batch]
        step(images[chosen], labels[chosen])


def evaluate(x, y):
    model.eval()
    hits = torch.zeros((), device=device)
    with torch.no_grad(), torch.autocast(device, dtype=torch.bfloat16, enabled=precision == "bf16"):
        for at in range(0, len(x), 250):
            hits += (model(x[at:at + 250]).argmax(1) == y[at:at + 250]).sum()
    return hits.item()


def wait():
    if device == "cuda":
        torch.cuda.synchronize()


def now():
    wait()
    return time.perf_counter()


def lap(at):
    """A step, or an epoch; returns the seconds of it that are measurements."""
    if epochs != "true":
        start = at * batch % (training - batch + 1)
        step(images[start:start + batch], labels[start:start + batch])
        return 0
    train()
    between = now()
    evaluate(images, labels)
    evaluate(test_images, test_labels)
    return now() - between


start, at = now(), 0
model.train()
while at < 4 or now() - start < 0.3 * seconds:
    if epochs == "true":
        step(images[:batch], labels[:batch])
    else:
        lap(at)
    at += 1
if epochs == "true" and subject == "pytorch-compile":
    lap(0)  # compiles for the shapes of evaluation, too
print("bench READY", flush=True)
if not sys.stdin.readline():
    sys.exit(1)
start, laps, measuring = now(), 0, 0.0
while laps < (1 if epochs == "true" else 3) or now() - start < seconds:
    measuring += lap(laps)
    laps += 1
result = {
    "parameters": count, "library": "PyTorch " + torch.__version__, "laps": laps, "seconds": now() - start,
    "measuring_seconds": measuring, "writing_seconds": 0.0}
print("bench RESULT " + json.dumps(result), flush=True)
