"""The bench's workloads in PyTorch, with the same sizes and initial values: what Verbatim's speed is measured beside.

Started by the bench as `peer.py THREADS`. It reads commands from its standard input, one a line, and answers each with
one line of JSON:

    prepare W4     makes the workload                  {"ready": "W4"}
    losses 10      makes that many steps               {"losses": [...]}
    run 0.5        makes steps for that many seconds   {"ms": [...]}, the time of each step

The first line it writes says what it is: {"torch": "1.13.1", "threads": 2, "blas": "openblas"}, or {"missing": "..."}.
"""
import json
import math
import sys
import time


def say(answer):
    print(json.dumps(answer), flush=True)


try:
    import numpy as np
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError as error:
    say({"missing": error.name})
    sys.exit(0)


def unit(seed, n):
    """The first n numbers of a seed, in [0, 1): mulberry32."""
    with np.errstate(over="ignore"):
        a = (np.uint64(seed) + np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x6D2B79F5)).astype(np.uint32)
        t = (a ^ (a >> np.uint32(15))) * (a | np.uint32(1))
        t ^= t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))
        return (t ^ (t >> np.uint32(14))) / 4294967296.0


def values(seed, shape):
    return unit(seed, math.prod(shape)).reshape(shape)


def parameter(seed, shape, scale):
    return torch.from_numpy(((2 * values(seed, shape) - 1) * scale).astype(np.float32))


def inputs(seed, shape):
    return torch.from_numpy(values(seed, shape).astype(np.float32))


def integers(seed, shape, k):
    return torch.from_numpy(np.floor(values(seed, shape) * k).astype(np.int64))


class Parameters:
    """Draws a model's parameters one after the other, each with a seed of its own."""

    def __init__(self, seed):
        self.seed = seed

    def next(self, shape, scale):
        self.seed += 1
        return parameter(self.seed, shape, scale)

    def dense(self, inputs, outputs):
        layer = nn.Linear(inputs, outputs)
        layer.weight.data = self.next((inputs, outputs), inputs**-0.5).t().contiguous()
        layer.bias.data = self.next((outputs,), inputs**-0.5)
        return layer

    def conv(self, inputs, outputs, size, bias=True, padding=0):
        layer = nn.Conv2d(inputs, outputs, size, padding=padding, bias=bias)
        scale = (inputs * size * size) ** -0.5
        layer.weight.data = self.next((outputs, inputs, size, size), scale)
        if bias:
            layer.bias.data = self.next((outputs,), scale)
        return layer


def trainer(model, optimiser, loss_of):
    def step():
        optimiser.zero_grad(set_to_none=True)
        loss = loss_of()
        loss.backward()
        optimiser.step()
        return loss.item()

    model.train()
    return step


def product(n):
    a, b = parameter(11, (n, n), 1.0), parameter(12, (n, n), 1.0)
    return lambda: (a @ b)[0, 0].item()


def perceptron():
    p = Parameters(2000)
    model = nn.Sequential(p.dense(784, 256), nn.ReLU(), p.dense(256, 128), nn.ReLU(), p.dense(128, 10))
    x, labels = inputs(21, (64, 784)), integers(22, (64,), 10)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    return trainer(model, optimiser, lambda: F.cross_entropy(model(x), labels))


def lenet():
    p = Parameters(3000)
    model = nn.Sequential(
        p.conv(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), p.conv(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), p.dense(400, 120), nn.ReLU(), p.dense(120, 84), nn.ReLU(), p.dense(84, 10),
    )
    x, labels = inputs(31, (64, 1, 28, 28)), integers(32, (64,), 10)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    return trainer(model, optimiser, lambda: F.cross_entropy(model(x), labels))


class Residual(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.first = p.conv(1, 16, 3, bias=False, padding=1)
        self.norm = nn.BatchNorm2d(16)
        self.convs = nn.ModuleList([p.conv(16, 16, 3, bias=False, padding=1) for _ in range(6)])
        self.norms = nn.ModuleList([nn.BatchNorm2d(16) for _ in range(6)])
        self.output = p.dense(16, 10)

    def forward(self, x):
        x = F.relu(self.norm(self.first(x)))
        for i in range(0, 6, 2):
            inner = F.relu(self.norms[i](self.convs[i](x)))
            x = F.relu(self.norms[i + 1](self.convs[i + 1](inner)) + x)
        return self.output(x.mean((2, 3)))


def residual():
    model = Residual(Parameters(4000))
    x, labels = inputs(41, (64, 1, 28, 28)), integers(42, (64,), 10)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    return trainer(model, optimiser, lambda: F.cross_entropy(model(x), labels))


class LanguageModel(nn.Module):
    def __init__(self, p):
        super().__init__()
        scale = 128**-0.5
        self.table, self.lstm = nn.Embedding(64, 32), nn.LSTM(32, 128, batch_first=True)
        self.table.weight.data = p.next((64, 32), 1.0)
        self.lstm.weight_ih_l0.data = p.next((32, 512), scale).t().contiguous()
        self.lstm.weight_hh_l0.data = p.next((128, 512), scale).t().contiguous()
        self.lstm.bias_ih_l0.data = p.next((512,), scale)
        self.lstm.bias_hh_l0.data = p.next((512,), scale)
        self.output = p.dense(128, 64)

    def forward(self, words):
        return self.output(self.lstm(self.table(words))[0])


def of_text(model, seed):
    words, following = integers(seed, (32, 64), 64), integers(seed + 1, (32, 64), 64)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    return trainer(
        model, optimiser, lambda: F.cross_entropy(model(words).reshape(-1, 64), following.reshape(-1))
    )


class Block(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(64), nn.LayerNorm(64)
        self.qkv, self.joined = p.dense(64, 192), p.dense(64, 64)
        self.up, self.down = p.dense(64, 256), p.dense(256, 64)

    def forward(self, x, mask):
        B, T, D = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(B, T, 3, 4, 16).permute(2, 0, 3, 1, 4)
        shares = torch.softmax((q @ k.transpose(-1, -2)) * 0.25 + mask, -1)
        x = x + self.joined((shares @ v).transpose(1, 2).reshape(B, T, D))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


class Transformer(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.table = nn.Embedding(64, 64)
        self.table.weight.data = p.next((64, 64), 0.5)
        self.positions = nn.Parameter(p.next((64, 64), 0.5))
        self.blocks = nn.ModuleList([Block(p), Block(p)])
        self.norm, self.output = nn.LayerNorm(64), p.dense(64, 64)
        self.register_buffer("mask", torch.triu(torch.full((64, 64), -1e9), 1))

    def forward(self, words):
        x = self.table(words) + self.positions
        for block in self.blocks:
            x = block(x, self.mask)
        return self.output(self.norm(x))


def tiny():
    p = Parameters(7000)
    model = nn.Sequential(p.dense(2, 16), nn.Tanh(), p.dense(16, 16), nn.Tanh(), p.dense(16, 1))
    x, y = inputs(71, (32, 2)), inputs(72, (32, 1))
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    return trainer(model, optimiser, lambda: F.mse_loss(model(x), y))


def graph_network():
    nodes, edges = 2708, 5429
    drawn = np.floor(unit(81, 2 * edges) * nodes).astype(np.int64)
    a, b, own = drawn[:edges], drawn[edges:], np.arange(nodes)
    to, since = np.concatenate([a, b, own]), np.concatenate([b, a, own])
    degree = np.bincount(to, minlength=nodes).astype(np.float64)
    weight = torch.from_numpy((1 / np.sqrt(degree[to] * degree[since])).astype(np.float32))
    places = torch.from_numpy(np.stack([to, since]))
    adjacency = torch.sparse_coo_tensor(places, weight, (nodes, nodes)).coalesce()
    p = Parameters(8000)
    model = nn.ModuleList([p.dense(1433, 16), p.dense(16, 7)])
    x, labels = (inputs(82, (nodes, 1433)) < 0.0127).float(), integers(83, (nodes,), 7)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)

    def loss_of():
        first, second = model
        hidden = F.relu(torch.sparse.mm(adjacency, x @ first.weight.t()) + first.bias)
        return F.cross_entropy(torch.sparse.mm(adjacency, hidden @ second.weight.t()) + second.bias, labels)

    return trainer(model, optimiser, loss_of)


def reading(batch):
    """Shuffled batches of a tensor data set: of a size and layout that ours have, the values do not matter."""
    images = torch.from_numpy((256 * unit(91, 60000 * 784)).astype(np.uint8)).reshape(-1, 28, 28, 1)
    data = torch.utils.data.TensorDataset(images, torch.zeros(60000, dtype=torch.uint8))

    def batches():
        while True:
            sampler = torch.utils.data.BatchSampler(torch.utils.data.RandomSampler(data), batch, True)
            # The quickest way that there is: a batch is one index into the tensors.
            yield from torch.utils.data.DataLoader(data, sampler=sampler, batch_size=None)

    source = batches()
    return lambda: len(next(source)[0])


def augmenting():
    """Flip, crop, brightness and contrast of every image by draws of its own, in operations on whole batches."""
    images = torch.from_numpy(np.floor(256 * values(91, (64, 28, 28))).astype(np.uint8))
    own, places = torch.arange(64)[:, None, None], torch.arange(28)

    def step():
        rows = torch.randint(0, 5, (64, 1)) + places
        columns = torch.randint(0, 5, (64, 1)) + torch.where(torch.rand(64, 1) < 0.5, 27 - places, places)
        x = F.pad(images, (2, 2, 2, 2))[own, rows[:, :, None], columns[:, None, :]].float()
        contrast, brightness = 0.8 + 0.4 * torch.rand(64, 1, 1), 40 * torch.rand(64, 1, 1) - 20
        x = (x - 127.5) * contrast + (127.5 + brightness)
        return len(x.round().clamp(0, 255).to(torch.uint8))

    return step


WORKLOADS = {
    "W1_512": lambda: product(512),
    "W1_1024": lambda: product(1024),
    "W2": perceptron,
    "W3": lenet,
    "W4": residual,
    "W5": lambda: of_text(LanguageModel(Parameters(5000)), 51),
    "W6": lambda: of_text(Transformer(Parameters(6000)), 61),
    "W7": tiny,
    "W8": graph_network,
    "L1": lambda: reading(64),
    "L2": lambda: reading(1024),
    "L3": augmenting,
}


def run(step, seconds):
    """The times of steps in milliseconds, for so many seconds and at least one step."""
    times, end = [], time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        step()
        times.append(1e3 * (time.perf_counter() - start))
    return times


def blas():
    """The BLAS that products run on: Debian's reference one would be no fair peer."""
    torch.ones(64, 64) @ torch.ones(64, 64)
    try:
        with open("/proc/self/maps") as maps:
            libraries = maps.read()
    except OSError:
        return "unknown"
    return next((name for name in ("openblas", "mkl", "blis", "atlas") if name in libraries), "reference")


def main():
    threads = int(sys.argv[1])
    torch.set_num_threads(threads)
    say({"torch": torch.__version__, "threads": threads, "blas": blas()})
    step = None
    for line in sys.stdin:
        command, argument = line.split()
        if command == "prepare":
            step = WORKLOADS[argument]()
            say({"ready": argument})
        elif command == "losses":
            say({"losses": [step() for _ in range(int(argument))]})
        elif command == "run":
            say({"ms": run(step, float(argument))})


main()
