from collections.abc import Callable, Sequence

import pytest

from studio.project import Project
from studio.project.items import NewItem, add_items


@pytest.fixture
def add(project: Project, tmp_path) -> Callable[..., list[int]]:
    """Adds items of the given classes, without files behind them."""

    def add(labels: Sequence[str | None], fields: Sequence[dict[str, str]] | None = None) -> list[int]:
        return add_items(
            project,
            [
                NewItem(
                    path=tmp_path / "photos" / f"{number:04}.png",
                    sha256=str(number),
                    pixel_sha256=str(number),
                    width=8,
                    height=8,
                    channels=1,
                    depth=8,
                    label=label,
                    fields=fields[number] if fields else {},
                )
                for number, label in enumerate(labels)
            ],
        )

    return add
