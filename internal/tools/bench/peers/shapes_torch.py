"""The shapes of shapes.py that PyTorch has layers for."""
import torch
import torch.nn.functional as F
from torch import nn

S, R = nn.Sequential, nn.ReLU


class Last(nn.Module):
    def __init__(self, rnn, all_steps=False):
        super().__init__()
        self.rnn, self.all_steps = rnn, all_steps

    def forward(self, x):
        y = self.rnn(x)[0]
        return y if self.all_steps else y[:, -1]


class Mean(nn.Module):
    """Over space (after a convolution) or over time."""

    def __init__(self, time=False):
        super().__init__()
        self.time = time

    def forward(self, x):
        return x.mean(1) if self.time else x.mean(tuple(range(2, x.ndim)))


class Attention(nn.Module):
    def __init__(self, width, heads, dropout=0.0):
        super().__init__()
        self.project, self.out, self.norm = nn.Linear(width, 3 * width), nn.Linear(width, width), nn.LayerNorm(width)
        self.heads, self.dropout = heads, dropout

    def forward(self, x):
        b, t, w = x.shape
        q, k, v = self.project(x).view(b, t, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, dropout_p=self.dropout)
        return self.norm(x + self.out(y.transpose(1, 2).reshape(b, t, w)))


def mlp(*widths, act=R):
    parts = []
    for a, b in zip(widths, widths[1:]):
        parts += [nn.Linear(a, b), act()]
    return S(*parts[:-1])


def conv(a, b, size, act=True, **kw):
    return S(nn.Conv2d(a, b, size, **kw), *([R()] if act else []), Mean())


NETS = {
    "MLP 17-33-5": lambda: mlp(17, 33, 5),
    "MLP 13-64-64-1, one sample": lambda: mlp(13, 64, 64, 1),
    "MLP 1000-1000-1000-10, one sample": lambda: mlp(1000, 1000, 1000, 10),
    "MLP 256-2048-256": lambda: mlp(256, 2048, 256),
    "MLP 512, five layers, GELU": lambda: mlp(*[512] * 5, act=nn.GELU),
    "MLP 50, ten layers, tanh": lambda: mlp(*[50] * 11, 1, act=nn.Tanh),
    "MLP 300, BatchNorm, dropout": lambda: S(
        nn.Linear(300, 300), nn.BatchNorm1d(300), R(), nn.Dropout(.3), nn.Linear(300, 300), nn.BatchNorm1d(300), R(), nn.Dropout(.3),
        nn.Linear(300, 10)),
    "softmax of 20,000": lambda: mlp(128, 20000),
    "conv 1×1, 64 to 128, 28×28": lambda: conv(64, 128, 1),
    "conv 3×3, 256 to 256, 7×7": lambda: conv(256, 256, 3, False, padding=1),
    "conv 3×3, 3 to 32, 64×64": lambda: conv(3, 32, 3, padding=1),
    "conv 3×3 stride 2, 32 to 64, 56×56": lambda: conv(32, 64, 3, stride=2, padding=1),
    "conv 3×3 dilation 2, 32, 32×32": lambda: conv(32, 32, 3, False, padding=2, dilation=2),
    "conv 3×3, 4 groups, 64, 32×32": lambda: conv(64, 64, 3, False, padding=1, groups=4),
    "conv 3×3 valid, 7 to 13, 17×23": lambda: conv(7, 13, 3, False),
    "conv 5×5, 16 to 32, 28×28": lambda: conv(16, 32, 5, padding=2),
    "conv 7×7 stride 2, 3 to 64, 112×112": lambda: S(nn.Conv2d(3, 64, 7, 2, 3), R(), nn.MaxPool2d(3, 2), Mean()),
    "conv 1×7 and 7×1, 32, 17×17": lambda: S(nn.Conv2d(32, 32, (1, 7), padding=(0, 3)), conv(32, 32, (7, 1), False, padding=(3, 0))),
    "depthwise 3×3, 64, 56×56": lambda: conv(64, 64, 3, False, padding=1, groups=64),
    "separable 3×3, 64 to 128, 28×28": lambda: S(nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False), conv(64, 128, 1, False)),
    "transposed 4×4 stride 2, 64 to 32, 14×14": lambda: S(nn.ConvTranspose2d(64, 32, 4, 2, 1), Mean()),
    "conv1d 3, 64, length 256": lambda: S(nn.Conv1d(64, 64, 3, padding=1), R(), Mean()),
    "conv1d causal dilation 4, 32, length 1000": lambda: S(nn.Conv1d(32, 32, 3, padding=4, dilation=4), R(), Mean()),
    "conv1d 80 stride 4, 1 to 32, length 8000": lambda: S(nn.Conv1d(1, 32, 80, 4), R(), nn.MaxPool1d(4), Mean()),
    "conv3d 3, 16, 16×16×16": lambda: S(nn.Conv3d(16, 16, 3, padding=1), Mean()),
    "VGG, four convs, 32×32": lambda: S(
        nn.Conv2d(3, 32, 3, padding=1), R(), nn.Conv2d(32, 32, 3, padding=1), R(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), R(),
        nn.Conv2d(64, 64, 3, padding=1), R(), nn.MaxPool2d(2), nn.Flatten(), mlp(4096, 128, 10)),
    "LeNet, average pooling, tanh": lambda: S(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(),
        mlp(400, 120, 84, 10, act=nn.Tanh)),
    "GroupNorm, swish, 32, 28×28": lambda: S(nn.Conv2d(32, 32, 3, padding=1), nn.GroupNorm(8, 32), nn.SiLU(), Mean()),
    "LSTM 16, 20 steps": lambda: S(Last(nn.LSTM(8, 16, batch_first=True)), nn.Linear(16, 1)),
    "LSTM 128, 50 steps": lambda: S(Last(nn.LSTM(64, 128, batch_first=True)), nn.Linear(128, 10)),
    "LSTM 256, 50 steps": lambda: S(Last(nn.LSTM(64, 256, batch_first=True)), nn.Linear(256, 10)),
    "two LSTM 64, 400 steps, one sample": lambda: S(Last(nn.LSTM(32, 64, 2, batch_first=True)), nn.Linear(64, 1)),
    "bidirectional LSTM 64, 100 steps": lambda: S(Last(nn.LSTM(64, 64, batch_first=True, bidirectional=True)), nn.Linear(128, 1)),
    "LSTM 128 on characters, 40 steps": lambda: S(nn.Embedding(96, 64), Last(nn.LSTM(64, 128, batch_first=True), True), nn.Linear(128, 96)),
    "GRU 128, 100 steps": lambda: S(Last(nn.GRU(64, 128, batch_first=True)), nn.Linear(128, 1)),
    "simple RNN 64, 100 steps": lambda: S(Last(nn.RNN(32, 64, batch_first=True)), nn.Linear(64, 1)),
    "attention 8×32, length 17": lambda: S(Attention(256, 8), Mean(True)),
    "attention 8×32, length 100": lambda: S(Attention(256, 8), Mean(True)),
    "attention 8×32, length 512": lambda: S(Attention(256, 8), Mean(True)),
    "attention 4×16, dropout, length 64": lambda: S(Attention(64, 4, .1), Mean(True)),
    "embedding 10,000×64, mean of 100": lambda: S(nn.Embedding(10000, 64), Mean(True), mlp(64, 16, 1)),
}


def step(folder, case, x, y):
    if case["Name"] not in NETS:
        return None
    m = NETS[case["Name"]]()
    x = torch.from_numpy(x.astype("int64") if case["Vocabulary"] else x)
    if any(isinstance(k, torch.nn.modules.conv._ConvNd) for k in m.modules()) and not case["Vocabulary"]:
        x = x.movedim(-1, 1)
        if x.ndim == 4:
            m, x = m.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
        else:
            x = x.contiguous()
    y, opt = torch.randn(m(x).shape), torch.optim.Adam(m.parameters())

    def run(n):
        for _ in range(n):
            opt.zero_grad()
            loss = ((m(x) - y) ** 2).mean()
            loss.backward()
            opt.step()
        return loss.item()

    return run
