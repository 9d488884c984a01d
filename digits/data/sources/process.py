"""A program that downloads, with an end to it."""

import errno
import os
import re
import subprocess
from pathlib import Path

TIMEOUT = 10  # seconds that a server may be silent
TIME_LIMIT = 600  # seconds that a source may take
FULL = (errno.ENOSPC, errno.EDQUOT)


def run_program(command: list[str], folder: Path, *, telling: str = ".+") -> None:
    """Run `command`, its temporary files in `folder`, for at most TIME_LIMIT seconds; Ctrl-C ends it.

    ValueError: it took longer, or failed. The reason is the last match of the regular expression `telling` on its
    stderr, else the last line. OSError: the disk is full.
    """
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP"), str(folder.resolve()))
    nowhere, pipe = subprocess.DEVNULL, subprocess.PIPE
    try:
        ended = subprocess.run(
            command, stdin=nowhere, stdout=nowhere, stderr=pipe, timeout=TIME_LIMIT, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        raise ValueError(f"gave no result within {TIME_LIMIT:g} s") from None
    if ended.returncode:
        errors = ended.stderr.decode(errors="replace").replace("\r", "\n")
        for number in FULL:
            if f"[Errno {number}]" in errors:
                raise OSError(number, os.strerror(number))
        lines = re.findall(telling, errors) or re.findall(r"\S.*", errors)
        raise ValueError(lines[-1].strip() if lines else f"exit code {ended.returncode}")
