import pytest

from studio.errors import UserError
from studio.labeling import set_field
from studio.project.edits import redo, undo
from studio.project.items import item


def test_a_field_is_written_changed_taken_away_and_undone(project, add):
    ids = add([None] * 3, [{"lot": "1", "line": "A"}, {"lot": "2"}, {}])

    def lots():
        return [item(project, i).fields.get("lot") for i in ids]

    made = set_field(project, ids[1:], " lot ", " 7 ")
    assert made is not None and made.title == "describe 2 images"
    assert lots() == ["1", "7", "7"]
    set_field(project, ids, "lot", "")
    assert lots() == [None] * 3
    assert item(project, ids[0]).fields == {"line": "A"}
    undo(project)
    undo(project)
    assert lots() == ["1", "2", None]
    redo(project)
    assert lots() == ["1", "7", "7"]


def test_a_field_needs_a_name(project, add):
    with pytest.raises(UserError, match="needs a name"):
        set_field(project, add([None]), "  ", "7")
