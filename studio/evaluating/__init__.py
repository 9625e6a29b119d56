"""Evaluate: whether the samples of a run are any good. The engine, `studio.evaluating.evaluate`, imports torch."""
