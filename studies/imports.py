"""Which of the project's files a module's code reaches, by reading its imports."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]


def files_of(module: str) -> list[Path]:
    """The file of `digits.data.idx` or `digits.params` (a package, whose __init__ must stay empty, has none)."""
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    return [path] if path.is_file() else []


def imported(path: Path) -> set[Path]:
    found: set[Path] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        found.update(file for name in names for file in files_of(name))
    return found


def reached(path: Path) -> set[str]:
    """`path` and all it imports, directly or not, relative to the project."""
    seen: set[Path] = set()
    waiting = [path]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting.extend(imported(current))
    return {file.relative_to(ROOT).as_posix() for file in seen}
