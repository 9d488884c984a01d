from pathlib import Path

import pytest
from matplotlib.figure import Figure

from digits.figures.png import check_picture_path, save


def test_nothing_but_this_project_s_pictures_is_replaced_and_an_input_never(tmp_path: Path) -> None:
    drawn, stranger = tmp_path / "drawn.png", tmp_path / "stranger.png"
    save(Figure(figsize=(1, 1)), drawn, 40)
    Figure(figsize=(1, 1)).savefig(stranger)
    for path in (drawn, tmp_path / "new.png", tmp_path / "NEW.PNG"):
        check_picture_path(path, [stranger, Path("none.jpg")])
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "empty.png").touch()
    (tmp_path / "link.png").symlink_to(drawn)
    for name in ("stranger", "folder", "empty"):
        with pytest.raises(ValueError, match="was not drawn by this project"):
            check_picture_path(tmp_path / f"{name}.png", [])
    for path in (drawn, tmp_path / "link.png"):
        with pytest.raises(ValueError, match="is one of the inputs"):
            check_picture_path(path, [Path("none.png"), drawn])
    for name in ("picture", "picture.jpg", "png", ".png.txt"):
        with pytest.raises(ValueError, match=r"its name must end in \.png$"):
            check_picture_path(tmp_path / name, [])
