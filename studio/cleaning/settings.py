"""How a project sets its checks."""

import msgspec

from studio.cleaning.check import Check
from studio.project import Project

_KEY = "checks"


def settings_of(project: Project, check: type[Check]) -> msgspec.Struct:
    """How the project sets a check, by default as the check itself does."""
    return msgspec.convert(project.setting(_KEY, {}).get(check.name, {}), check.Settings)


def set_settings(project: Project, check: type[Check], settings: msgspec.Struct) -> None:
    """Keep how the project sets a check."""
    project.set_setting(_KEY, project.setting(_KEY, {}) | {check.name: msgspec.to_builtins(settings)})
