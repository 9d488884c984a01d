"""How a stage ends when something is wrong that a person can mend."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn a ValueError or OSError into one line on stderr and exit code 1, and Ctrl-C into a quiet 130."""
    try:
        yield
    except (ValueError, OSError) as error:
        print(f"error: {printable(' '.join(str(error).split()))}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def printable(text: object) -> str:
    """Replace what no terminal should get: file names may hold line ends, control characters, bytes of no character."""
    return "".join(c if c.isprintable() else "?" for c in str(text))
