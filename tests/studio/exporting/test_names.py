import string

from hypothesis import given
from hypothesis import strategies as st

from studio.exporting.names import folder_names


def test_ordinary_names_stay_as_they_are():
    names = ["scratch", "Kratzer tief", "划痕", "v1.2"]
    assert folder_names(names) == {name: name for name in names}


def test_what_windows_refuses_is_replaced():
    assert list(folder_names(["a/b", "c:d", "CON", "nul.txt", "end. ", "..", "?"]).values()) == [
        "a_b",
        "c_d",
        "CON_",
        "nul.txt_",
        "end",
        "_",
        "_-2",
    ]


def test_names_that_differ_in_case_only_get_a_number():
    assert folder_names(["Pit", "pit", "PIT"]) == {"Pit": "Pit", "pit": "pit-2", "PIT": "PIT-3"}


@given(
    st.lists(
        st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from(string.punctuation)), max_size=300)
    )
)
def test_all_names_are_safe_and_distinct(names):
    folders = folder_names(dict.fromkeys(names)).values()
    assert len({folder.casefold() for folder in folders}) == len(set(names))
    for folder in folders:
        assert 0 < len(folder.encode()) <= 120
        assert not set(folder) & set('<>:"/\\|?*\0')
        assert folder[-1] not in " ."
