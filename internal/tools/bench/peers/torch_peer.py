"""PyTorch: modules, a hand-written loop, fused Adam; eager or compiled."""
import os

import torch
import torch.nn as nn
import torch.nn.functional as F

from workloads import data

torch.set_num_threads(int(os.environ.get("BENCH_THREADS", "2")))


def mlp(w):
    sizes, parts = w["sizes"], []
    for a, b in zip(sizes, sizes[1:]):
        parts += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*parts[:-1])


class Images(nn.Module):
    """Takes (batch, height, width, channels)."""

    def __init__(self, net):
        super().__init__()
        self.net = net.to(memory_format=torch.channels_last)

    def forward(self, x):
        return self.net(x.permute(0, 3, 1, 2))


def cnn(w):
    return Images(nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
                                nn.Flatten(), nn.Dropout(0.5), nn.Linear(1600, 10)))


class Block(nn.Module):
    def __init__(self, a, b, stride):
        super().__init__()
        self.one = nn.Sequential(nn.Conv2d(a, b, 3, stride, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU(),
                                 nn.Conv2d(b, b, 3, 1, 1, bias=False), nn.BatchNorm2d(b))
        self.short = nn.Identity() if a == b else nn.Sequential(nn.Conv2d(a, b, 1, stride, bias=False), nn.BatchNorm2d(b))

    def forward(self, x):
        return F.relu(self.one(x) + self.short(x))


def resnet(w):
    parts, a = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()], 16
    for b in (16, 32, 64):
        for i in range(3):
            parts.append(Block(a, b, 2 if a != b else 1))
            a = b
    return Images(nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)))


class Recurrent(nn.Module):
    def __init__(self, w, cell, both):
        super().__init__()
        self.table = nn.Embedding(w["vocabulary"], 32)
        self.cell = cell(32, 64, batch_first=True, bidirectional=both)
        self.out = nn.Linear(128 if both else 64, 1)
        self.both = both

    def forward(self, x):
        y, _ = self.cell(self.table(x))
        last = y[:, -1]
        if self.both:
            last = torch.cat([y[:, -1, :64], y[:, 0, 64:]], 1)
        return self.out(last)


def lstm(w):
    return Recurrent(w, nn.LSTM, False)


def gru(w):
    return Recurrent(w, nn.GRU, True)


class Transformer(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.blocks = nn.ModuleList([nn.TransformerEncoderLayer(128, 4, 512, dropout=0.0, batch_first=True) for _ in range(2)])
        self.out = nn.Linear(128, w["classes"])

    def forward(self, x):
        for b in self.blocks:
            x = b(x)
        return self.out(x.mean(1))


def transformer(w):
    return Transformer(w)


class Wide(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.table = nn.Embedding(w["table"], 16)
        n = 16 + 16 * w["indices"]
        self.deep = nn.Sequential(nn.Linear(n, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 1))
        self.wide = nn.Linear(16, 1)

    def forward(self, ids, x):
        return self.deep(torch.cat([self.table(ids).flatten(1), x], 1)) + self.wide(x)


def wide(w):
    return Wide(w)


class Net:
    def __init__(self, w, compiled):
        self.w, self.compiled = w, compiled

    def build(self):
        w = self.w
        x, y = data(w)
        self.x, self.y = [torch.from_numpy(a) for a in x], torch.from_numpy(y)
        if w["classes"] > 1:
            self.y = self.y.long()
        if "validation" in w:
            vx, vy = data(w, w["validation"])
            self.val = torch.from_numpy(vx[0]).split(w["batch"]), torch.from_numpy(vy).split(w["batch"])
        self.model = globals()[w["net"]](w)
        self.opt = torch.optim.Adam(self.model.parameters(), lr=1e-3, eps=1e-7, fused=True)
        self.loss = self.forward
        if self.compiled:
            self.loss = torch.compile(self.forward)
        self.fit(1)

    def forward(self, x, y):
        out = self.model(*x)
        return F.binary_cross_entropy_with_logits(out, y) if self.w["classes"] == 1 else F.cross_entropy(out, y)

    def fit(self, epochs):
        b = self.w["batch"]
        for _ in range(epochs):
            self.model.train()
            total = torch.zeros(())
            for rows in torch.randperm(len(self.y)).split(b):
                loss = self.loss([a[rows] for a in self.x], self.y[rows])
                self.opt.zero_grad(set_to_none=True)
                loss.backward()
                self.opt.step()
                total += loss.detach() * len(rows)
            total.item()
            if "validation" in self.w:
                self.model.eval()
                with torch.no_grad():
                    total = torch.zeros(())
                    for x, y in zip(*self.val):
                        total += self.loss([x], y) * len(y)
                    total.item()


def make(contestant, w):
    return Net(w, contestant == "torch-compile")


def predictor(contestant, w, n):
    model = globals()[w["net"]](w).eval()
    x = [torch.from_numpy(a) for a in data(w, n)[0]]
    last = torch.sigmoid if w["classes"] == 1 else lambda t: torch.softmax(t, 1)

    def call():
        with torch.inference_mode():
            return last(model(*x)).numpy()

    return call
