"""Imports torch behind the window's back: it takes seconds, and the window is there before."""

import gc

from PySide6.QtCore import QThread


class WarmUp(QThread):
    """Imports what the later stages learn and draw with; `isFinished` when they are ready."""

    def run(self) -> None:
        gc.disable()
        try:
            _import_and_use_torch()
        finally:
            # A million objects that last: each full collection would look through them for half a second or more, in
            # which the window stands still.
            gc.freeze()
            gc.enable()


def _import_and_use_torch() -> None:
    import torch
    import torchvision.transforms.v2  # noqa: F401

    weight = torch.zeros(1, requires_grad=True)
    weight.sum().backward()
    torch.optim.Adam([weight]).step()  # the first optimizer imports torch._dynamo, almost two seconds
