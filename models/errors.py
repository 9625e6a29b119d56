"""What went wrong, as one sentence that tells the user what to do."""


class ModelError(Exception):
    """Base of the core's errors: `template` with `values` filled in; a translator looks up the template."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template.format(**values))
        self.template = template
        self.values = values


class TrainingError(ModelError):
    """A run that cannot begin, resume or go on."""


class CheckpointError(ModelError):
    """A checkpoint that cannot be written or read."""
