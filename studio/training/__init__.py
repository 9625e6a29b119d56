"""Train: from the project's images to a generator. The engine is `studio.training.train`, which imports torch."""

AUTOMATIC = "automatic"
"""What is chosen in place of a family when the program is to find out which; see `studio.training.automatic`."""
