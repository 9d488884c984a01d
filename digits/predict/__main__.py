"""What the network makes of a person's own pictures: `python -m digits.predict FILE …`."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from digits.data.arrays import SIDE, Images
from digits.data.handwriting.picture import read_picture
from digits.network.prediction import make_predictions
from digits.network.weights import MODEL, load_weights
from digits.pipeline.errors import one_line_errors, printable


def main(files: Sequence[Path], model: Path, show: Path | None, *, as_json: bool = False, force: bool = False) -> bool:
    """Print an answer for each file, all problems on stderr or in the JSON; return whether each file had an answer.

    ValueError, OSError: the model cannot be read, or the picture `show` not be written.
    """
    if show:
        from digits.figures.png import check_picture_path  # and with it matplotlib, which takes a second to import

        check_picture_path(show, inputs=files, force=force)
    network = load_weights(model)
    images, problems = read_all(files)
    seen = [file for file in files if file in images]
    stacked = np.stack([images[file] for file in seen]) if seen else np.empty((0, SIDE, SIDE), np.uint8)
    probabilities = make_predictions(network, stacked).numpy()
    answers = {file: make_answer(file, row.tolist()) for file, row in zip(seen, probabilities, strict=True)}
    answers |= {file: {"file": str(file), "error": problem} for file, problem in problems.items()}
    if as_json:
        print(json.dumps([answers[file] for file in files], indent=2))
    else:
        for file in files:
            print_answer(file, answers[file], network.classes)
    if show and seen:
        save_seen(show, seen, stacked, probabilities.tolist(), network.classes)
    return not problems


def read_all(files: Sequence[Path]) -> tuple[dict[Path, Images], dict[Path, str]]:
    """Read the images, each uint8 [28, 28], of the files that have one; say what is wrong with the others."""
    images: dict[Path, Images] = {}
    problems: dict[Path, str] = {}
    for file in files:
        try:
            images[file] = read_picture(file)
        except (ValueError, OSError) as error:
            problems[file] = str(error)
    return images, problems


def make_answer(file: Path, probabilities: list[float]) -> dict[str, Any]:
    """Make an answer: `label` is the number of the likeliest class; `probabilities` are in the classes' order."""
    label = probabilities.index(max(probabilities))
    return {"file": str(file), "label": label, "confidence": probabilities[label], "probabilities": probabilities}


def print_answer(file: Path, answer: dict[str, Any], classes: Sequence[str]) -> None:
    if "error" in answer:
        print(f"error: {printable(file)}: {printable(answer['error'])}", file=sys.stderr, flush=True)
    else:
        print(f"{printable(file)}: {classes[answer['label']]} ({format_percent(answer['confidence'])})", flush=True)


def format_percent(share: float) -> str:
    return "> 99.9 %" if share > 0.999 else f"{share:.1%}".replace("%", " %")  # a network is never 100 % sure


def save_seen(
    path: Path, files: list[Path], images: Images, probabilities: list[list[float]], classes: Sequence[str]
) -> None:
    """Write a PNG of what the network saw of the first files, beside its answers."""
    from digits.figures.png import save
    from digits.predict.seen import MAX_FILES, seen

    save(seen([printable(file.name) for file in files], images, probabilities, classes), path, 110)
    first = f" (the first {MAX_FILES})" if len(files) > MAX_FILES else ""
    print(f"What the network saw{first} → {printable(path)}", file=sys.stderr)


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m digits.predict", description="Say which digit a picture shows: one digit, on any plain paper."
    )
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="PNG, JPEG, … of any size and colour")
    parser.add_argument("--model", type=Path, default=MODEL, help="weights to use (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="for programs: a list with every file's probabilities")
    parser.add_argument("--show", metavar="PNG", type=Path, help="write what the network saw beside its probabilities")
    parser.add_argument("--force", action="store_true", help="let --show replace a file this project did not draw")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    given = parse_arguments()
    with one_line_errors():
        complete = main(given.files, given.model, given.show, as_json=given.json, force=given.force)
    sys.exit(0 if complete else 1)
