"""What the pictures share: colours, and how long a class's name may be."""

RIGHT, WRONG = "#0a7d34", "#c8102e"
TRAIN, TEST, VALIDATION = "#6b7280", "#0b5cad", "#b45309"
MAX_NAME_LENGTH = 14  # characters that are shown


def shorten(name: str, length: int = MAX_NAME_LENGTH) -> str:
    return name if len(name) <= length else f"{name[: length - 1]}…"


def format_confidence(confidence: float) -> str:
    """In whole %; a network is never 100 % sure."""
    return ">99%" if confidence > 0.995 else f"{confidence:.0%}"
