import os
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from digits.figures.png import check_picture_path, save


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """A picture that this project drew."""
    path = tmp_path / "drawn.png"
    save(Figure(figsize=(1, 1)), path, 40)
    return path


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """A PNG that it did not."""
    path = tmp_path / "stranger.png"
    Figure(figsize=(1, 1)).savefig(path)
    return path


def test_new_files_and_pictures_of_this_project_may_be_written(drawn: Path, stranger: Path) -> None:
    for path in (drawn, drawn.with_name("new.png"), drawn.with_name("NEW.PNG")):
        check_picture_path(path, inputs=[stranger, Path("none.jpg")], force=False)


@pytest.mark.parametrize("name", ["picture", "picture.jpg", "png", ".png.txt"])
def test_the_name_must_end_in_png(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"its name must end in \.png$"):
        check_picture_path(tmp_path / name, force=True)


def test_anything_else_is_replaced_only_by_force(tmp_path: Path, stranger: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "empty.png").touch()
    os.mkfifo(tmp_path / "pipe.png")
    for path in (stranger, *(tmp_path / f"{name}.png" for name in ("folder", "empty", "pipe"))):
        with pytest.raises(ValueError, match="was not drawn by this project"):
            check_picture_path(path, force=False)
    check_picture_path(stranger, force=True)


def test_an_input_is_never_replaced(tmp_path: Path, drawn: Path) -> None:
    (tmp_path / "link.png").symlink_to(drawn)
    for path in (drawn, tmp_path / "link.png", tmp_path / "." / "drawn.png"):
        with pytest.raises(ValueError, match="is one of the inputs"):
            check_picture_path(path, inputs=[Path("none.png"), drawn], force=True)
