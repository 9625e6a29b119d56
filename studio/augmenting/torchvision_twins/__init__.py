"""Each operation on torchvision v2 alone, for scripts: `python_script.py` copies from here what a chain needs.

Images are float32 tensors (C, H, W) in 0..1 with one channel or three. Ranges are drawn from torch's global generator.
These files are read as text; nothing in Seedbed runs them but their tests.
"""
