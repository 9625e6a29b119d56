"""The commands of the command line: the options of each, and what it does with the engines.

Engines are imported by the command that needs them, so that help and small commands answer at once.
"""

from studio.commands import (
    augmenting,
    cleaning,
    demo,
    evaluating,
    exporting,
    importing,
    labeling,
    preparing,
    project,
    splitting,
    synthesizing,
    training,
)
from studio.commands.command import Command
from studio.commands.options import takes_project

COMMANDS = {
    "demo": Command("The whole way on the demo data", demo.demo_options, demo.run_demo),
    "new": Command("Make a project", takes_project, project.run_new),
    "import": Command("Bring images in", importing.import_options, importing.run_import),
    "relink": Command("Find files that were moved", importing.relink_options, importing.run_relink),
    "clean": Command("Find images that should not be learned from", cleaning.clean_options, cleaning.run_clean),
    "label": Command("Give images their classes", labeling.label_options, labeling.run_label),
    "split": Command("Hold some images out to judge by", splitting.split_options, splitting.run_split),
    "augment": Command("Choose how images are varied", augmenting.augment_options, augmenting.run_augment),
    "prepare": Command("Set how images are prepared for learning", preparing.prepare_options, preparing.run_prepare),
    "train": Command("Train a generator", training.train_options, training.run_train),
    "evaluate": Command("Judge the samples of a run", evaluating.evaluate_options, evaluating.run_evaluate),
    "synthesize": Command("Make samples with a run", synthesizing.synthesize_options, synthesizing.run_synthesize),
    "export": Command("Write a folder for another program", exporting.export_options, exporting.run_export),
    "info": Command("Say what a project holds", takes_project, project.run_info),
}
"""In the order of the work."""
