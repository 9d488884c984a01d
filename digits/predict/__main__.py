"""What the network makes of a person's own pictures: `python -m digits.predict FILE …`."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from digits.data.handwriting.picture import open_picture
from digits.network.weights import choose_weights, load_weights
from digits.pipeline.errors import one_line_errors, printable
from digits.reading.answers import Reading, format_percent, read, summarise, to_json

Lines = list[list[Reading]]


def main(files: Sequence[Path], model: Path, show: Path | None, *, as_json: bool = False) -> int:
    """Print an answer for each file, all problems on stderr or in the JSON; return the exit code.

    0: every file has an answer; 1: one can't be read; 3: one shows no digit, or the network is not sure.
    ValueError, OSError: the model cannot be read, or the picture `show` not be written.
    """
    if show:
        from digits.figures.png import check_picture_path  # and with it matplotlib, which takes a second to import

        check_picture_path(show, files)
    network = load_weights(model)
    read_ones, problems = {}, {}
    for file in files:
        try:
            read_ones[file] = read(open_picture(file), network)
        except (ValueError, OSError, MemoryError) as error:  # the other files are still read
            problems[file] = str(error) or "too large for the memory of this machine"
    if as_json:
        answers = [{"error": problems[file]} if file in problems else to_answer(read_ones[file]) for file in files]
        named = [{"file": str(file), **answer} for file, answer in zip(files, answers, strict=True)]
        print(json.dumps(named, indent=2))
    else:
        print(f"read by {printable(model)}", file=sys.stderr, flush=True)
        for file in files:
            if file in problems:
                print(f"error: {printable(file)}: {printable(problems[file])}", file=sys.stderr, flush=True)
            else:
                print(f"{printable(file)}: {to_text(read_ones[file])}", flush=True)
    if show and read_ones:
        save_seen(show, read_ones, network.classes)
    if problems:
        return 1
    return 0 if all(map(is_answered, read_ones.values())) else 3


def is_answered(lines: Lines) -> bool:
    return all(sign.label is not None for line in lines for sign in line)


def to_text(lines: Lines) -> str:
    says, confidence = summarise(lines)
    return f"{says} ({format_percent(confidence)})" if is_answered(lines) else says


def to_answer(lines: Lines) -> dict[str, Any]:
    """Make a program's answer: what a file of one sign has, is also at the top."""
    says, confidence = summarise(lines)
    signs = [[to_json(sign) for sign in line] for line in lines]
    one = signs[0][0] if sum(map(len, lines)) == 1 else {"label": None}
    return {**one, "says": says, "confidence": confidence, "lines": signs}


def save_seen(path: Path, answers: dict[Path, Lines], classes: Sequence[str]) -> None:
    """Write a PNG of what the network saw of the first files, beside its answers."""
    from digits.figures.png import save
    from digits.predict.seen import MAX_PANELS, make_panels, seen

    panels = [panel for file, lines in answers.items() for panel in make_panels(file, lines)]
    save(seen(panels, classes), path, 110)
    first = f" (the first {MAX_PANELS})" if len(panels) > MAX_PANELS else ""
    print(f"What the network saw{first} → {printable(path)}", file=sys.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m digits.predict", description="Say which digit or number a picture shows, on any plain paper."
    )
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="PNG, JPEG, … of any size and colour")
    parser.add_argument("--model", type=Path, default=choose_weights(), help="weights to use (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="for programs: every file's signs and probabilities")
    parser.add_argument("--show", metavar="PNG", type=Path, help="write what the network saw beside its probabilities")
    given = parser.parse_args()
    with one_line_errors():
        sys.exit(main(given.files, given.model, given.show, as_json=given.json))
