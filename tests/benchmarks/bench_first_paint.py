"""First paint of the window: processor seconds from the start of the interpreter, beside an empty window of Qt.

python -m tests.benchmarks.bench_first_paint
"""

import json
import os
import subprocess
import sys
from statistics import median

TARGET = 1.0
"""Processor seconds with a warm disk."""
HEAVY = ("torch", "torchvision", "pyqtgraph")
ROUNDS = 5

PAINT = """
import json, sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
{make}
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self.tell)  # after the paint of everything inside
        return False
    def tell(self):
        loaded = [name for name in {heavy} if name in sys.modules]
        print(json.dumps([time.process_time(), loaded]), flush=True)
        application.quit()
watch = Watch()
window.installEventFilter(watch)
window.show()
application.exec()
window.close()
"""
EMPTY = "from PySide6.QtWidgets import *; application = QApplication([]); window = QMainWindow()"
SEEDBED = """
import studio.cli
from studio.app import make_application
from studio.preferences import Preferences
from studio.window import Window
application = make_application(Preferences())
window = Window(Preferences())
"""


def first_paint(make: str) -> tuple[float, list[str]]:
    """Processor seconds until a window's first paint event, and which heavy modules were loaded by then."""
    done = subprocess.run(
        [sys.executable, "-c", PAINT.format(make=make, heavy=HEAVY)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, loaded = json.loads(done.stdout.splitlines()[0])
    return seconds, loaded


def main() -> None:
    empty = median(first_paint(EMPTY)[0] for _ in range(ROUNDS))
    rounds = [first_paint(SEEDBED) for _ in range(ROUNDS)]
    own = median(seconds for seconds, _ in rounds)
    print(f"{own:.2f} s to first paint (target {TARGET}), {own / empty:.1f} times an empty window")  # noqa: T201
    assert not rounds[0][1], rounds[0][1]
    assert own < TARGET


if __name__ == "__main__":
    main()
