"""What a stage says: its messages, and one line where something is wrong that a person can mend."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import NoReturn


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn a ValueError or OSError into one line on stderr and exit code 1, and Ctrl-C into a quiet 130.

    So is too little memory, for which numpy and torch have errors of their own. A character that the output can't
    encode is written as its number.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        yield
    except (ValueError, OSError) as error:
        stop(str(error))
    except (MemoryError, RuntimeError) as error:
        if not (isinstance(error, MemoryError) or re.search("allocate memory|out of memory", str(error))):
            raise
        stop(f"out of memory: lower subset.samples, train.batch_size or model.channels ({str(error)[:100]})")
    except KeyboardInterrupt:
        sys.exit(130)


def stop(problem: str) -> NoReturn:
    say(f"error: {printable(' '.join(problem.split()))}", to_stderr=True)
    sys.exit(1)


def say(message: str, *, to_stderr: bool = False) -> None:
    """Print a message. Where it can't be written, into a closed pipe or on a full disk, nothing fails for that."""
    stream = sys.stderr if to_stderr else sys.stdout
    try:
        print(message, file=stream, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # or Python would fail at its end


def printable(text: object) -> str:
    """Replace what no terminal should get: file names may hold line ends, control characters, bytes of no character."""
    return "".join(c if c.isprintable() else "?" for c in str(text))
