"""`seedbed new` and `seedbed info`: a project itself."""

from argparse import Namespace

from studio.commands.command import Report
from studio.project import Project


def run_new(options: Namespace) -> Report:
    with Project.create(options.project) as project:
        return Report(str(project.folder), {"project": project.folder})


def run_info(options: Namespace) -> Report:
    from studio.project.info import project_info

    with Project.open(options.project) as project:
        info = project_info(project)
    return Report(info.text(), info)
