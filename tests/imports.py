"""Which of the project's files a stage's code reaches, and whether its `deps` say so."""

import ast
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = ("digits/", "stages/")
LEFT_BEHIND = ("__pycache__", "__init__.py")  # .dvcignore names the one, a test holds the other empty


def check_rooms(stage: str, deps: Iterable[str], *entries: str) -> None:
    """AssertionError: a file that `entries` reach lies in no declared room, or a declared room has another file."""
    code = [dep for dep in deps if dep.startswith((*CODE, "studies/trials")) or dep.endswith(".py")]
    declared = {file for dep in code for file in files_in(dep)}
    expected = set().union(*(reached(ROOT / entry) for entry in entries))
    assert declared == expected, f"{stage}: add {sorted(expected - declared)}, drop {sorted(declared - expected)}"


def files_in(dep: str) -> set[str]:
    if (ROOT / dep).is_file():
        return {dep}
    found = (path.relative_to(ROOT) for path in (ROOT / dep).rglob("*") if path.is_file())
    return {path.as_posix() for path in found if not set(path.parts) & set(LEFT_BEHIND)}


def reached(path: Path) -> set[str]:
    seen: set[Path] = set()
    waiting = [path]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting.extend(imported(current))
    return {file.relative_to(ROOT).as_posix() for file in seen}


def imported(path: Path) -> set[Path]:
    """The project's files that a file imports; a package, whose __init__ must stay empty, is none."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    files = (ROOT.joinpath(*name.split(".")).with_suffix(".py") for name in names)
    return {file for file in files if file.is_file()}
