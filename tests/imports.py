"""Which of the project's files a stage's code reaches, and whether its `deps` say so."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import grimp  # import-linter's

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


@cache
def graph() -> grimp.ImportGraph:
    """Who imports whom, as import-linter sees it."""
    return grimp.build_graph("digits", "stages", "studies", "tools", cache_dir=None)


def reached(path: Path) -> set[str]:
    """The file, and those that it imports; a package, whose __init__ must stay empty, is none."""
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    files = (f"{name.replace('.', '/')}.py" for name in {module} | graph().find_upstream_modules(module))
    return {file for file in files if (ROOT / file).is_file()}
