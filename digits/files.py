"""Files that are there whole or not at all."""

import errno
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole(path: Path, *, size: int) -> Iterator[BinaryIO]:
    """A file to write beside `path`, renamed onto it at the end: a reader or a crash never meets half of it.

    size: bytes it will about take. It is on the disk before it gets its name, so that a power cut doesn't leave it
    empty. OSError: the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException as error:
        partial.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            free = shutil.disk_usage(path.parent).free
            raise OSError(f"{path}: the disk is full: {size:,} bytes are needed, {free:,} are free") from None
        raise


def write_whole(path: Path, content: bytes | str) -> None:
    """Write bytes, or text as UTF-8."""
    encoded = content.encode() if isinstance(content, str) else content
    with whole(path, size=len(encoded)) as file:
        file.write(encoded)


def write_json(path: Path, values: dict[str, object]) -> None:
    write_whole(path, json.dumps(values, indent=2) + "\n")


def write_csv(path: Path, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    """Write numbers, so nothing needs quoting; floats in their shortest exact form."""
    lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
    write_whole(path, "\n".join(lines) + "\n")
