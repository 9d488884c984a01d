"""Another program, with an end to it."""

import subprocess


def run_limited(command: list[str], *, time_limit: float, progress: bool) -> None:
    """Run `command` for at most `time_limit` seconds; with `progress` its stderr is the user's to see.

    ValueError: it took longer, or failed; the message is the last line it wrote to stderr.
    """
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=None if progress else subprocess.DEVNULL,
            stderr=None if progress else subprocess.PIPE,
            timeout=time_limit,
            check=False,
            text=True,
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        raise ValueError(f"gave no result within {time_limit:g} s (download.time_limit)") from None
    if ended.returncode:
        if progress:
            raise ValueError("see above")
        said = ended.stderr.replace("\r", "\n").split("\n")
        raise ValueError(
            next((line.strip() for line in reversed(said) if line.strip()), f"exit code {ended.returncode}")
        )
