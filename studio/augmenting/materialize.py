"""Augmented variants as files, for pipelines that do not augment by themselves."""

from pathlib import Path

import msgspec
import numpy as np

from models.events import Progress, Task
from studio.augmenting.chain import Chain, project_chain
from studio.errors import UserError
from studio.exporting import ExportResult
from studio.exporting.export import label_of, read_unchanged, write_item
from studio.exporting.folder import new_folder
from studio.exporting.manifest import Row, write_manifest
from studio.exporting.names import folder_names
from studio.project import Project
from studio.project.items import USABLE, Item, items
from studio.text import tr


def materialize(
    project: Project, out: Path, per_image: int, seed: int = 0, chain: Chain | None = None
) -> Task[ExportResult]:
    """Write `per_image` variants of each training image to a new folder `out`, which appears whole or not at all.

    Beside the class folders lie chain.json and manifest.csv, whose `seed` makes a variant again:
    `Chain.load("chain.json")(image, seed)`. Test images are left as they are and out. chain: the project's, if None.
    Raises `UserError` when `out` holds something or there are no training images.
    """
    chain = project_chain(project) if chain is None else chain
    sources = list(items(project, f"{USABLE} AND split IS NOT 'test'"))
    if not sources or per_image < 1:
        raise UserError(tr("There are no training images to vary. Import some, and ask for at least one variant."))
    folders = folder_names(dict.fromkeys(map(label_of, sources)))
    rows = []
    with new_folder(Path(out)) as folder:
        for done, item in enumerate(sources):
            yield Progress(done, len(sources), tr("writing variants"))
            rows += _write_variants(item, chain, per_image, seed, folder, folders[label_of(item)])
        chain.save(folder / "chain.json")
        write_manifest(folder / "manifest.csv", rows)
    return ExportResult(Path(out), len(rows))


def _write_variants(item: Item, chain: Chain, n: int, seed: int, folder: Path, class_folder: str) -> list[Row]:
    image = read_unchanged(item)
    rows = []
    for variant in range(n):
        own_seed = int(np.random.SeedSequence([seed, item.id, variant]).generate_state(1)[0])
        row = write_item(item, chain(image, own_seed), folder, class_folder, f"-{variant:02}")
        rows.append(msgspec.structs.replace(row, seed=own_seed))
    return rows
