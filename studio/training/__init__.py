"""Train: from the project's images to a generator. The engine is `studio.training.train`, which imports torch."""
