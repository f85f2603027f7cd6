"""Folders become names in one folder, and classes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling_data.names import AmbiguousClassError, class_of, flat_names

FOLDERS, FILES = ("", "a/", "b/", "a/b/", "a b/", "ä/"), ("1", "2", "1-", " ", "_", "ä", "1-4")
PATHS = st.lists(st.builds("{}{}.png".format, st.sampled_from(FOLDERS), st.sampled_from(FILES)), unique=True)


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("normal/1.png", "normal"),
        ("line-3/Anomaly/deep/1.png", "anomaly"),
        ("training-images/anomaly-1.jpg", None),
        ("normal.png", None),
        ("abnormal/1.png", None),
    ],
)
def test_a_folder_says_the_class(path: str, label: str | None) -> None:
    assert class_of(path) == label


def test_two_folders_that_disagree_are_no_class() -> None:
    with pytest.raises(AmbiguousClassError):
        class_of("normal/anomaly/1.png")


def test_the_first_of_a_name_keeps_it_and_the_others_get_a_suffix() -> None:
    first, second, third = flat_names(["anomaly/1.png", "normal/1.png", "normal/2.png"])
    assert (first, third) == ("1.png", "2.png")
    assert second.startswith("1-")
    assert second.endswith(".png")
    assert len(second) == len("1-.png") + 12


@settings(max_examples=40, deadline=None)
@given(PATHS)
def test_no_two_images_get_the_same_name_and_the_same_paths_get_the_same_names(paths: list[str]) -> None:
    names = list(flat_names(paths))
    assert len(set(names)) == len(paths)
    assert names == list(flat_names(paths))
    assert all(name.isascii() and " " not in name for name in names)


def test_a_file_that_has_the_name_of_a_suffix_keeps_it() -> None:
    _, suffixed = flat_names(["anomaly/1.png", "normal/1.png"])
    names = list(flat_names(["anomaly/1.png", "normal/1.png", f"x/{suffixed}"]))
    assert names[2] == suffixed
    assert len(set(names)) == 3
