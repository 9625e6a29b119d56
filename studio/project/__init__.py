"""The project: a folder that remembers items, labels, splits, decisions, versions and runs."""

from studio.project.store import Project, ProjectError

__all__ = ["Project", "ProjectError"]
