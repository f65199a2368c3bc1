"""A layer with a parameter."""

import numpy as np


class Scaling:
    def __init__(self, size=3):
        self.gamma = np.linspace(0.5, 1.5, size)
        self.dgamma = np.zeros(size)

    def forward(self, x):
        self.x = x
        return self.gamma * x

    def backward(self, dout):
        self.dgamma += (dout * self.x).sum(axis=0)
        return dout * self.gamma
