"""Where networks learn: the graphics card, where there is one that torch can use."""

import torch


def best_device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
