"""Evaluate: whether the samples of a run are any good. The engine is `studio.evaluating.evaluate`, which imports torch."""
