"""Synthesize: samples as images of the project. The engine is `studio.synthesizing.synthesize`, which imports torch."""
