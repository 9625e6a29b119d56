"""The chain that is kept with a project."""

from studio.augmenting.chain import Chain
from studio.augmenting.chain_file import ChainError
from studio.project import Project
from studio.project.edits import edit_setting

_PROJECT_KEY = "chain"


def project_chain(project: Project) -> Chain:
    """The chain kept with a project; empty at first. Raises `ChainError` for one that cannot be read as a whole."""
    chain, problems = readable_chain(project)
    if problems:
        raise ChainError(problems[0])
    return chain


def readable_chain(project: Project) -> tuple[Chain, tuple[str, ...]]:
    """What can be read of the chain kept with a project, and a sentence for each thing that cannot.

    A step that leaves nothing of images to see stays as it was set: whoever set it is told beside it.
    """
    content = project.setting(_PROJECT_KEY)
    return (Chain(), ()) if content is None else Chain.read(content, may_empty=True)


def set_project_chain(project: Project, chain: Chain) -> None:
    """Keep a chain with a project, as an action that can be undone."""
    edit_setting(project, "chain", _PROJECT_KEY, chain.to_builtins())
