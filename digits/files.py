"""Files that are there whole or not at all."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write beside `path`, renamed onto it at the end: a reader or a crash never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        yield file
    partial.replace(path)


def write_whole(path: Path, content: bytes | str) -> None:
    """Write bytes, or text as UTF-8."""
    with whole(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def write_json(path: Path, values: dict[str, object]) -> None:
    write_whole(path, json.dumps(values, indent=2) + "\n")


def write_csv(path: Path, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    """Write numbers, so nothing needs quoting; floats in their shortest exact form."""
    lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
    write_whole(path, "\n".join(lines) + "\n")
