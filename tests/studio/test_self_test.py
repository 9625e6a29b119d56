from studio import preferences
from studio.self_test import self_test


def test_it_says_ok_and_leaves_the_preferences_alone(qapp, capsys):
    before = preferences.load()
    assert self_test() == 0
    assert capsys.readouterr().out == "ok\n"
    assert preferences.load() == before


def test_it_says_what_failed(qapp, capsys, monkeypatch):
    def broken(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("studio.self_test.train", broken)
    assert self_test() == 1
    assert "The disk is full" in capsys.readouterr().out
