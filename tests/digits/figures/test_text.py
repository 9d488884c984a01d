from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, fontManager
from matplotlib.text import Text
from PIL import Image

from digits.figures import text
from digits.figures.confusion import confusion_matrix
from digits.figures.png import save

STIX = "STIXGeneral"  # comes with matplotlib and has ᶁ, which DejaVu Sans has not


def test_dollars_are_no_mathematics(tmp_path: Path) -> None:
    names = ["$^$", "$1", "$5", "a$b$"]
    drawn = confusion_matrix(pd.DataFrame({"actual": names, "predicted": names[::-1]}), names)
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
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Files of fonts to install; until then there is none with more characters."""
    files, fonts = [findfont(STIX)], [font for font in fontManager.ttflist if font.name != STIX]
    monkeypatch.setattr(text, "FALLBACKS", (STIX,))
    monkeypatch.setattr(text, "findSystemFonts", list)
    monkeypatch.setattr(fontManager, "ttflist", fonts)
    cached = (text.characters_of, text.find_fallbacks, text.tell_what_to_install)
    for function in cached:
        function.cache_clear()
    yield files
    for function in cached:
        function.cache_clear()


def test_without_a_font_a_line_says_what_to_install_and_a_new_one_is_used(
    installed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, box, latin = (render(tmp_path / "a.png", words) for words in ("ᶁ", "ᶁ", "cat"))
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "install one that has them, as Noto Sans CJK (Debian and Ubuntu: fonts-noto-cjk)" in err
    text.find_fallbacks.cache_clear()
    text.tell_what_to_install.cache_clear()
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    monkeypatch.setattr(text, "findSystemFonts", lambda: [str(tmp_path / "broken.ttf"), *installed])
    assert not np.array_equal(render(tmp_path / "a.png", "ᶁ"), box)
    assert not capsys.readouterr().err
    np.testing.assert_array_equal(render(tmp_path / "a.png", "cat"), latin)
