"""How long one step of training takes in PyTorch: peer.py NETWORK OPTIMIZER STEPS prints the median in microseconds."""
import statistics
import sys
import time

import torch
from torch import nn

BATCH = 32


def mnist_cnn():
    network = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.5), nn.Linear(1600, 10))
    return network, nn.CrossEntropyLoss(), (1, 28, 28), 10


def mlp():
    network = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
    return network, nn.MSELoss(), (32,), 0


class LastOutput(nn.Module):
    """A number from the last output of a recurrent network over 50 steps of 32 numbers."""

    def __init__(self, kind):
        super().__init__()
        self.steps = kind(32, 64, batch_first=True)
        self.head = nn.Linear(64, 1)

    def forward(self, x):
        return self.head(self.steps(x)[0][:, -1])


def lstm():
    return LastOutput(nn.LSTM), nn.MSELoss(), (50, 32), 0


def gru():
    return LastOutput(nn.GRU), nn.MSELoss(), (50, 32), 0


NETWORKS = {"mnist-cnn": mnist_cnn, "mlp32-64-64-1": mlp, "lstm64": lstm, "gru64": gru}
OPTIMIZERS = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}


def main(name, optimizer_name, steps):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    network, loss, shape, classes = NETWORKS[name]()
    optimizer = OPTIMIZERS[optimizer_name](network.parameters(), lr=0.001)
    times = []
    for _ in range(steps):
        x = torch.rand(BATCH, *shape)
        y = torch.randint(0, classes, (BATCH,)) if classes else torch.rand(BATCH, 1)
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss(network(x), y).backward()
        optimizer.step()
        times.append(time.perf_counter() - start)
    print(f"{statistics.median(times[steps // 10 + 1:]) * 1e6:.1f}")


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
