from collections.abc import Iterator
from pathlib import Path

import matplotlib
import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from digits.figures import png
from digits.figures.png import check_picture_path, save

STIX = "STIXGeneral"  # comes with matplotlib and has ᶁ, which DejaVu Sans has not
FILE = f"{matplotlib.get_data_path()}/fonts/ttf/{STIX}.ttf"  # whatever the user's list of fonts has


def render(path: Path, words: str) -> bytes:
    figure = Figure(figsize=(1, 1))
    figure.text(0.1, 0.5, words)
    save(figure, path, 80)
    return path.read_bytes()


def test_dollars_are_no_mathematics(tmp_path: Path) -> None:
    assert render(tmp_path / "a.png", "$^$")  # which is no formula
    assert render(tmp_path / "a.png", "$x$") != render(tmp_path / "a.png", "x")


@pytest.fixture
def no_more_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(png, "FALLBACKS", (STIX,))
    monkeypatch.setattr(png, "findSystemFonts", list)
    monkeypatch.setattr(fontManager, "ttflist", [font for font in fontManager.ttflist if font.name != STIX])
    forget()
    yield
    forget()


def forget() -> None:
    png.find_fallbacks.cache_clear()
    png.tell_what_to_install.cache_clear()


@pytest.mark.usefixtures("no_more_fonts")
def test_without_a_font_a_line_says_what_to_install_and_a_new_one_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, box, latin = (render(tmp_path / "a.png", words) for words in ("ᶁ", "ᶁ", "✓ cat"))
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "install one that has them, as Noto Sans CJK (Debian and Ubuntu: fonts-noto-cjk)" in err
    forget()
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    monkeypatch.setattr(png, "findSystemFonts", lambda: [str(tmp_path / "broken.ttf"), FILE])
    assert render(tmp_path / "a.png", "ᶁ") != box
    assert not capsys.readouterr().err
    assert render(tmp_path / "a.png", "✓ cat") == latin


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
