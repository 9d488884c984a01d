"""Text of others, such as the names of classes, drawn as it is."""

import sys
from contextlib import suppress
from functools import cache

from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, findSystemFonts, fontManager, get_font
from matplotlib.text import Text

FONT = "DejaVu Sans"  # comes with matplotlib
FALLBACKS = ("Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", "Microsoft YaHei", "Malgun Gothic", "Arial Unicode MS")


def draw_text_as_it_is(figure: Figure) -> None:
    """Read no mathematics between dollar signs, and use a font that has each character, or say which to install."""
    texts = figure.findobj(Text)
    for text in texts:
        text.set_parse_math(False)
    characters = {character for text in texts for character in text.get_text() if character.isprintable()}
    if characters <= characters_of(FONT):
        return
    fallbacks = find_fallbacks()
    for text in texts:
        text.set_fontfamily([FONT, *fallbacks])
    if not characters <= set().union(*map(characters_of, [FONT, *fallbacks])):
        tell_what_to_install()


@cache
def characters_of(font: str) -> set[str]:
    return set(map(chr, get_font(findfont(font)).get_charmap()))


@cache
def find_fallbacks() -> list[str]:
    """The fallback fonts that are installed, also since matplotlib last made its list of fonts."""
    if not set(FALLBACKS) & set(fontManager.get_font_names()):
        for path in set(findSystemFonts()) - {font.fname for font in fontManager.ttflist}:
            with suppress(OSError, RuntimeError):  # not every font is one that matplotlib reads
                fontManager.addfont(path)
    return [name for name in FALLBACKS if name in fontManager.get_font_names()]


@cache
def tell_what_to_install() -> None:
    """Print it, once a process."""
    font = "Noto Sans CJK (Debian and Ubuntu: fonts-noto-cjk)"
    print(
        f"a name has characters that no font of this machine has: install one that has them, as {font}", file=sys.stderr
    )
