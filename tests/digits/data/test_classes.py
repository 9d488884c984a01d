from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.data.classes import MAX_NAME_LENGTH, read_classes, read_kind, write_classes

NAME = st.text(min_size=1, max_size=MAX_NAME_LENGTH).filter(
    lambda name: name.isprintable() and name == name.strip() and not {"<", ">"} & set(name)
)


@given(names=st.lists(NAME, min_size=2, max_size=20, unique=True))
def test_what_is_written_is_read(names: list[str], scratch: Path) -> None:
    write_classes(scratch / "classes.txt", names)
    assert read_classes(scratch / "classes.txt") == tuple(names)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "0 classes: must be 2 to 256"),
        (b"x\n" * 257, "257 classes"),
        (b"one\none\n", "two classes have the same name"),
        (b"one\n two\n", "class ' two'"),
        (b"one\n</script><script>alert(1)</script>\n", "must not hold < or >"),
        (b"one\n" + b"x" * 101, "1 to 100 printable"),
        (b"one\n\xff\n", "can't decode"),
    ],
)
def test_what_is_no_list_of_classes_is_refused_by_name(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "classes.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"classes\.txt: .*{reason}"):
        read_classes(path)


def test_data_without_the_file_are_strokes_and_another_file_is_refused(tmp_path: Path) -> None:
    assert read_kind(tmp_path / "none.txt") == "strokes"
    for content in (b"", b"pixels", b"\xff"):
        (tmp_path / "pictures.txt").write_bytes(content)
        with pytest.raises(ValueError, match=r"pictures\.txt: "):
            read_kind(tmp_path / "pictures.txt")
