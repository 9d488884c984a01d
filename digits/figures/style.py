"""What the pictures share: colours, and how a class's name is written."""

import textwrap

RIGHT, WRONG = "#0a7d34", "#c8102e"
TRAIN, TEST, VALIDATION = "#6b7280", "#0b5cad", "#b45309"
MAX_NAME_LENGTH = 14  # characters that are shown where there is one line
MAX_LINES = 4  # of a name, where there may be several


def shorten(name: str, length: int = MAX_NAME_LENGTH) -> str:
    return name if len(name) <= length else f"{name[: length - 1]}…"


def wrap(name: str, width: int = MAX_NAME_LENGTH) -> str:
    """Break a name into lines of at most `width` characters; of more than MAX_LINES lines the rest is cut."""
    return "\n".join(textwrap.wrap(name, width, max_lines=MAX_LINES, placeholder="…"))


def format_confidence(confidence: float) -> str:
    """In whole %; a network is never 100 % sure."""
    return ">99%" if confidence > 0.995 else f"{confidence:.0%}"
