from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, fontManager
from matplotlib.text import Text
from PIL import Image

from digits.figures import text
from digits.figures.confusion import confusion_matrix
from digits.figures.png import save


def matrix(names: list[str]) -> Figure:
    return confusion_matrix(pd.DataFrame({"actual": names, "predicted": names[::-1]}), names)


def test_dollars_are_no_mathematics(tmp_path: Path) -> None:
    drawn = matrix(["$^$", "$1", "$5", "a$b$"])
    save(drawn, tmp_path / "a.png", 40)
    shown = [shown for shown in drawn.findobj(Text) if "$" in shown.get_text()]
    assert any("$^$" in each.get_text() for each in shown)
    assert not any(each.get_parse_math() for each in shown)


def render(path: Path, words: str) -> np.ndarray:
    figure = Figure(figsize=(1, 1))
    figure.text(0.1, 0.5, words)
    save(figure, path, 80)
    with Image.open(path) as image:
        return np.array(image)


@pytest.fixture
def no_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(text, "FALLBACKS", ("a font of this test",))
    monkeypatch.setattr(text, "findSystemFonts", list)
    cached = (text.characters_of, text.find_fallbacks, text.tell_what_to_install)
    for function in cached:
        function.cache_clear()
    yield
    for function in cached:
        function.cache_clear()


@pytest.mark.usefixtures("no_font")
def test_without_a_font_a_line_says_what_to_install(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        save(matrix(["猫", "犬", "鳥", "馬"]), tmp_path / "a.png", 40)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "install one that has them, as Noto Sans CJK (Debian and Ubuntu: fonts-noto-cjk)" in err


@pytest.mark.usefixtures("no_font")
def test_a_font_that_was_installed_since_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    boxes, latin = render(tmp_path / "a.png", "猫"), render(tmp_path / "a.png", "cat")
    assert capsys.readouterr().err
    text.find_fallbacks.cache_clear()
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    found = [str(tmp_path / "broken.ttf"), make_font(tmp_path / "cat.ttf", "猫")]
    monkeypatch.setattr(text, "findSystemFonts", lambda: found)
    monkeypatch.setattr(fontManager, "ttflist", list(fontManager.ttflist))
    assert not np.array_equal(render(tmp_path / "a.png", "猫"), boxes)
    assert not capsys.readouterr().err
    np.testing.assert_array_equal(render(tmp_path / "a.png", "cat"), latin)


def make_font(path: Path, character: str) -> str:
    """A font with one character, which it shows as an A."""
    font = TTFont(findfont(text.FONT))
    for mapping in font["cmap"].tables:
        mapping.cmap = {ord(character): "A"} if mapping.isUnicode() else {}
    for record in font["name"].names:
        record.string = "a font of this test"
    font.save(path)
    return str(path)
