"""Kills trainings at random moments, goes on each time, and checks that nothing is lost but the steps in hand.

    python tests/faults/kill_training.py [family] [kills] [seed]

Two projects learn from the same drawn images through the command line, as many steps with the same seed: one without
an interruption, the other killed (SIGKILL, 20 times) while it starts, reads its images, learns, judges or writes.
After every kill the project opens, the newest complete checkpoint is at least as new as after the kill before, can be
sampled from, and the run goes on from there. In the end both have the same networks, optimizers and averages, bit for
bit, and curves without gap or repetition. A few minutes; the suite holds one such kill, in
tests/studio/training/test_train.py.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the program itself

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from models import checkpoint
from models.run_log import FILE as LOG_FILE
from models.run_log import read_log
from models.sampler import load_sampler
from studio.project import Project
from studio.project.runs import Run, run_folder, runs

IMAGES = 24
SIDE = 16
STEPS = 3_000
LONGEST = 8.0
"""Seconds after which a session is killed at the latest: about twice what it needs to begin to learn."""
POLL = 0.01


class Kill(NamedTuple):
    """One session that was killed: after how long, at which step the run then was, and how many steps it lost."""

    seconds: float
    step: int
    lost: int


class Bench:
    """A folder with drawn images, and projects that learn from them."""

    def __init__(self, folder: Path, family: str, steps: int) -> None:
        self._folder = folder
        self._family = family
        self._plan = ["--size", str(SIDE), "--steps", str(steps), "--seed", "5", "--set", "width=8", "--set", "batch=8"]
        _draw_images(folder / "images")

    def new_project(self, name: str) -> Path:
        project = self._folder / f"{name}.seedbed"
        for arguments in (["new", str(project)], ["import", str(project), str(self._folder / "images")]):
            _finish(arguments)
        return project

    def train(self, project: Path) -> None:
        """Learn, or go on, to the end."""
        _finish(self._arguments(project))

    def kill_once(self, project: Path, chance: random.Random) -> Kill:
        """Learn, or go on, until a random moment: half of the times one at which steps are taken."""
        before = self.newest_step(project)
        started = time.monotonic()
        child = subprocess.Popen(_command(self._arguments(project)), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            if chance.random() < 0.5:
                self._wait_for_steps(project, child)
                time.sleep(chance.uniform(0, LONGEST / 2))
            else:
                time.sleep(chance.uniform(0, LONGEST))
        finally:
            child.kill()
            _, said = child.communicate()
        if child.returncode > 0:
            raise AssertionError(f"training failed by itself: {said.decode()}")
        seconds = time.monotonic() - started
        return Kill(seconds, *self._examine(project, before))

    def newest_step(self, project: Path) -> int:
        """Of the run's newest complete checkpoint; 0 where there is none."""
        folder = self._run_folder(project)
        path = None if folder is None else checkpoint.latest(folder / checkpoint.FOLDER)
        return 0 if path is None else checkpoint.step_of(path)

    def tensors(self, project: Path) -> dict[str, bytes]:
        """All that the newest checkpoint keeps, by file."""
        folder = self._run_folder(project)
        assert folder is not None
        newest = checkpoint.latest(folder / checkpoint.FOLDER)
        assert newest is not None
        return {file.name: file.read_bytes() for file in newest.parent.glob(f"{newest.stem}*.safetensors")}

    def logged_steps(self, project: Path) -> list[int]:
        folder = self._run_folder(project)
        return [] if folder is None else [point.step for point in read_log(folder).losses]

    def _arguments(self, project: Path) -> list[str]:
        run = self._run(project)
        if run is not None:
            return ["train", str(project), "--resume", run.name]
        return ["train", str(project), "--family", self._family, *self._plan]

    def _wait_for_steps(self, project: Path, child: subprocess.Popen) -> None:
        """Until the session has logged a loss, or has ended."""
        log = project / "runs" / f"{self._family}-1" / LOG_FILE
        size = log.stat().st_size if log.exists() else 0
        while child.poll() is None and (not log.exists() or log.stat().st_size == size):
            size = min(size, log.stat().st_size) if log.exists() else size  # going on begins by cutting the log back
            time.sleep(POLL)

    def _examine(self, project: Path, before: int) -> tuple[int, int]:
        """The step a killed run goes on from, and how many it had logged beyond. Raises `AssertionError`."""
        step = self.newest_step(project)
        assert step >= before, f"a checkpoint was lost: step {before} before, {step} after"
        folder = self._run_folder(project)
        if folder is None or not step:
            return 0, 0
        newest = checkpoint.latest(folder / checkpoint.FOLDER)
        assert newest is not None
        sampler = load_sampler(newest)
        assert sampler.sample(range(2), [0, 0], seed=0).shape[:3] == (2, SIDE, SIDE)
        return step, max(0, (self.logged_steps(project) or [0])[-1] - step)

    def _run(self, project: Path) -> Run | None:
        """The run that goes on, which every process finds paused that opens the project after the kill."""
        with Project.open(project) as opened:
            own = [run for run in runs(opened) if run.family == self._family]
        assert len(own) <= 1 and all(run.state in ("paused", "done") for run in own)
        return own[0] if own else None

    def _run_folder(self, project: Path) -> Path | None:
        run = self._run(project)
        if run is None:
            return None
        with Project.open(project) as opened:
            return run_folder(opened, run.name)


def kill_and_go_on(folder: Path, family: str, *, kills: int, seed: int, steps: int = STEPS) -> Iterator[Kill]:
    """Yields each kill; after the last one, raises `AssertionError` where the end is not what it should be."""
    bench = Bench(folder, family, steps)
    straight, killed = bench.new_project("straight"), bench.new_project("killed")
    bench.train(straight)
    chance = random.Random(seed)
    for _ in range(kills):
        yield bench.kill_once(killed, chance)
    bench.train(killed)
    assert bench.newest_step(straight) == bench.newest_step(killed) == steps
    assert bench.tensors(straight) == bench.tensors(killed), "the ends differ"
    logged = bench.logged_steps(killed)
    assert logged == sorted(set(logged)) and logged[-1] == steps, "the curves have repetitions or no end"


def _draw_images(folder: Path) -> None:
    """Bright bars at random heights, of two classes by their brightness."""
    chance = np.random.default_rng(1)
    for label, gray in (("dim", 90), ("bright", 220)):
        (folder / label).mkdir(parents=True)
        for number in range(IMAGES // 2):
            pixels = chance.integers(0, 30, (SIDE, SIDE), dtype=np.uint8)
            pixels[chance.integers(SIDE - 4) :][:4] = gray
            Image.fromarray(pixels).save(folder / label / f"{number}.png")


def _command(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "studio", *arguments]


def _finish(arguments: list[str]) -> None:
    done = subprocess.run(_command(arguments), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def main(family: str = "dcgan", kills: str = "20", seed: str = "0") -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, kill in enumerate(kill_and_go_on(Path(folder), family, kills=int(kills), seed=int(seed)), 1):
            line = f"{number:3}. killed after {kill.seconds:4.1f} s, goes on from step {kill.step:5}, lost {kill.lost}"
            print(line, flush=True)  # noqa: T201
    print("The end equals that of the run that was never interrupted, bit for bit.")  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
