"""The application: what is imported when the window first paints, and what happens when something breaks."""

import subprocess
import sys
import textwrap

import pytest
from PySide6.QtWidgets import QApplication

from studio import crash_log, preferences
from studio.preferences import Preferences


def run_in_child(code: str) -> subprocess.CompletedProcess:
    """Runs code in a fresh interpreter, after the lines that begin the program."""
    begin = "import sys\nfrom PySide6.QtCore import QTimer\nfrom PySide6.QtWidgets import QApplication\n"
    return subprocess.run(
        [sys.executable, "-c", begin + textwrap.dedent(code)], capture_output=True, text=True, timeout=120
    )


def test_first_paint_without_torch_and_pyqtgraph(tmp_path) -> None:
    done = run_in_child("""
        from studio.app import make_application
        from studio.preferences import Preferences
        from studio.window import Window

        class Probe(Window):
            def paintEvent(self, event):
                super().paintEvent(event)
                print(*(name in sys.modules for name in ("torch", "torchvision", "pyqtgraph")))
                QTimer.singleShot(0, self.close)

        application = make_application(Preferences())
        probe = Probe(Preferences())
        probe.show()
        sys.exit(application.exec())
    """)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False"] * 3


def test_opens_a_project_and_closes(tmp_path) -> None:
    done = run_in_child(f"""
        from pathlib import Path
        from studio.app import run
        from studio.project import Project

        Project.create(Path({str(tmp_path)!r}) / "cells").close()

        def look():
            (window,) = (widget for widget in QApplication.topLevelWidgets() if widget.isVisible())
            print(window.windowTitle())
            window.close()

        QTimer.singleShot(0, lambda: QTimer.singleShot(300, look))
        from PySide6.QtCore import QCoreApplication
        application = QApplication([])
        QTimer.singleShot(500, look)
        sys.exit(run(Path({str(tmp_path)!r}) / "cells.seedbed"))
    """)
    assert done.returncode == 0, done.stderr
    assert "cells" in done.stdout


def test_defects_are_told_in_the_window_and_do_not_end_it() -> None:
    done = run_in_child("""
        from studio.app import run
        from studio.widgets.notices import Notice

        def look():
            (window,) = (widget for widget in QApplication.topLevelWidgets() if widget.isVisible())
            print(window.content.findChild(Notice, "window.notice").text)
            window.close()

        def fail():
            QTimer.singleShot(200, look)
            raise ZeroDivisionError("boom")

        application = QApplication([])
        QTimer.singleShot(300, fail)
        sys.exit(run())
    """)
    assert done.returncode == 0, done.stderr
    assert "Something went wrong in Seedbed itself: ZeroDivisionError: boom" in done.stdout
    assert "boom" not in crash_log.log_path().read_text()


def test_a_crash_is_told_at_the_next_start() -> None:
    with crash_log.crash_file():
        pass
    assert crash_log.take_last_crash() is None
    dead = run_in_child("""
        import faulthandler, os
        from studio import crash_log
        faulthandler.enable(crash_log.crash_file())
        os.abort()
    """)
    assert dead.returncode != 0
    log = crash_log.take_last_crash()
    assert log is not None
    assert "Abort" in log.read_text()
    assert crash_log.take_last_crash() is None


def test_the_log_does_not_grow_for_ever(own_folders) -> None:
    for _ in range(3):
        path = crash_log.record(ValueError("x" * 100))
        path.write_text("x" * (crash_log.KEPT_BYTES + 1))
    assert len(list(path.parent.iterdir())) == 2


def test_preferences_survive_a_restart_and_damage(own_folders, tmp_path) -> None:
    assert preferences.load() == Preferences()
    kept = Preferences(theme="dark", language="zh_CN")
    for number in range(12):
        kept.remember(tmp_path / str(number))
    kept.remember(tmp_path / "8")
    preferences.save(kept)
    assert preferences.load() == kept
    assert kept.recent[:2] == [str(tmp_path / "8"), str(tmp_path / "11")]
    assert len(kept.recent) == preferences.MOST_RECENT
    (file,) = own_folders.rglob("preferences.json")
    file.write_text('{"theme": "pink"}')
    assert preferences.load() == Preferences()


def test_free_names_for_projects(own_folders) -> None:
    first = preferences.free_project("Cells")
    first.mkdir(parents=True)
    assert preferences.free_project("Cells").name == "Cells 2.seedbed"


@pytest.mark.parametrize("code", ["en", "zh_CN"])
def test_numbers_in_files_keep_their_point(qtbot, code) -> None:
    import locale

    from studio.widgets.language import speak

    speak(code)
    assert locale.localeconv()["decimal_point"] == "."
    assert QApplication.instance() is not None
    speak("en")
