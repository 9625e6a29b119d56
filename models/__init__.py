"""The torch core: networks, families, the trainer, the metrics. Knows no Qt and no project.

Importing this package does not import torch, so that a window can paint before torch is loaded.
"""
