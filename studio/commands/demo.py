"""`seedbed demo`: the whole way, and the studio opened on what came of it."""

import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from models.families import FAMILIES
from studio.commands.command import Report
from studio.commands.options import positive
from studio.terminal import carry_out
from studio.text import tr


def demo_options(parser: ArgumentParser) -> None:
    parser.add_argument("--project", type=Path, metavar="DIR", help=tr("where to make the project"))
    parser.add_argument("--family", choices=FAMILIES, default="dcgan", help=tr("what to train after Instant (dcgan)"))
    parser.add_argument("--minutes", type=positive, default=5.0, metavar="M", help=tr("how long to train it (5)"))


def run_demo(options: Namespace) -> Report:
    from studio.demo import demo, demo_photos
    from studio.preferences import free_project

    photos = demo_photos()
    folder = options.project or free_project(photos.name)
    result = carry_out(demo(folder, photos, options.family, options.minutes))
    if _has_screen():
        return Report(result.text(), result.facts(), show=result.project)
    without = tr("There is no screen here, so the studio stays shut. Elsewhere, open the project with:")
    return Report(f"{without} seedbed “{result.project}”\n\n{result.text()}", result.facts())


def _has_screen() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    wanted = os.environ.get("QT_QPA_PLATFORM", "")
    return wanted not in ("offscreen", "minimal") and bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())
