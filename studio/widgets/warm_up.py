"""Imports torch behind the window's back: it takes seconds, and the window is there before."""

from PySide6.QtCore import QThread


class WarmUp(QThread):
    """Imports what the later stages learn and draw with; `isFinished` when they are ready."""

    def run(self) -> None:
        import torch
        import torchvision.transforms.v2  # noqa: F401

        weight = torch.zeros(1, requires_grad=True)
        weight.sum().backward()
        torch.optim.Adam([weight]).step()  # the first optimizer imports torch._dynamo, almost two seconds
