"""Files that are there whole or not at all."""

import csv
import errno
import io
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
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")  # another process may be writing the same path
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException as error:
        partial.unlink(missing_ok=True)
        if is_full(error):
            raise full_disk(path, size) from None
        raise


def is_full(error: BaseException) -> bool:
    """Whether the disk, or a person's share of it, is full."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def full_disk(path: Path, size: int) -> OSError:
    """The error that says what could not be written, how many bytes it takes, and how many there are."""
    free = shutil.disk_usage(path.parent).free
    return OSError(f"{path}: the disk is full: {size:,} bytes are needed, {free:,} are free")


def write_whole(path: Path, content: bytes | str) -> None:
    """Write bytes, or text as UTF-8."""
    encoded = content.encode() if isinstance(content, str) else content
    with whole(path, size=len(encoded)) as file:
        file.write(encoded)


def write_json(path: Path, values: dict[str, object]) -> None:
    write_whole(path, json.dumps(values, indent=2) + "\n")


def write_csv(path: Path, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    """Write a table, floats in their shortest exact form."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    write_whole(path, text.getvalue())
