"""Which of the project's files a stage's code reaches, and whether its `deps` say so."""

from collections.abc import Iterable

from studies.imports import ROOT, reached

__all__ = ["CODE", "ROOT", "check_rooms", "reached"]

CODE = ("digits/", "stages/")
LEFT_BEHIND = ("__pycache__", "__init__.py")  # .dvcignore names the one, a test holds the other empty


def check_rooms(stage: str, deps: Iterable[str], *entries: str) -> None:
    """AssertionError: a file that `entries` reach lies in no declared room, or a declared room has another file."""
    code = [dep for dep in deps if dep.startswith(CODE) or dep.endswith(".py")]
    declared = {file for dep in code for file in files_in(dep)}
    expected = set().union(*(reached(ROOT / entry) for entry in entries))
    assert declared == expected, f"{stage}: add {sorted(expected - declared)}, drop {sorted(declared - expected)}"


def files_in(dep: str) -> set[str]:
    """The file itself, or all that lies in a room."""
    if (ROOT / dep).is_file():
        return {dep}
    found = (path.relative_to(ROOT) for path in (ROOT / dep).rglob("*") if path.is_file())
    return {path.as_posix() for path in found if not set(path.parts) & set(LEFT_BEHIND)}
