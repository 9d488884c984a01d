from pathlib import Path

import pytest
from matplotlib.figure import Figure

from digits.figures.png import check_picture_path, save


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """A picture that this project drew, and beside it stranger.png, which it did not."""
    path = tmp_path / "drawn.png"
    save(Figure(figsize=(1, 1)), path, 40)
    Figure(figsize=(1, 1)).savefig(path.with_name("stranger.png"))
    return path


def test_nothing_but_this_project_s_pictures_is_replaced_without_force_and_an_input_never(drawn: Path) -> None:
    folder = drawn.parent
    for path in (drawn, folder / "new.png", folder / "NEW.PNG"):
        check_picture_path(path, inputs=[folder / "stranger.png", Path("none.jpg")], force=False)
    (folder / "folder.png").mkdir()
    (folder / "empty.png").touch()
    (folder / "link.png").symlink_to(drawn)
    for name in ("stranger", "folder", "empty"):
        with pytest.raises(ValueError, match="was not drawn by this project"):
            check_picture_path(folder / f"{name}.png", force=False)
    check_picture_path(folder / "stranger.png", force=True)
    for path in (drawn, folder / "link.png"):
        with pytest.raises(ValueError, match="is one of the inputs"):
            check_picture_path(path, inputs=[Path("none.png"), drawn], force=True)
    for name in ("picture", "picture.jpg", "png", ".png.txt"):
        with pytest.raises(ValueError, match=r"its name must end in \.png$"):
            check_picture_path(folder / name, force=True)
