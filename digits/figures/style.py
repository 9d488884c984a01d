"""What the pictures share: colours, and how long a class's name may be."""

RIGHT, WRONG = "#0a7d34", "#c8102e"
TRAIN, TEST = "#6b7280", "#0b5cad"
LONGEST = 14  # characters of a class's name that are shown


def short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
