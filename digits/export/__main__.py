"""The network for others: `python -m digits.export page.html`, or `model.onnx`. The ending chooses."""

import argparse
from pathlib import Path

from digits.export.onnx import TOLERANCE, check_packages, to_onnx
from digits.export.page import make_page
from digits.network.weights import choose_weights, load_weights
from digits.pipeline.errors import one_line_errors, printable
from digits.pipeline.files import write_whole


def main(out: Path, model: Path) -> None:
    """Write the file. ValueError: another ending, a package is missing, or the model is not one of ours."""
    if out.suffix == ".html":
        content, told = make_page(load_weights(model)).encode(), "open it in any browser"
    elif out.suffix == ".onnx":
        check_packages()
        content, told = to_onnx(load_weights(model)), f"the same probabilities as torch's within {TOLERANCE}"
    else:
        raise ValueError(f"{out}: must end in .html, a page that reads drawings, or in .onnx, the network for programs")
    write_whole(out, content)
    print(f"{printable(model)} → {printable(out)}: {len(content):,} bytes, {told}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m digits.export", description="Write the network as a page to draw on, or as an ONNX file."
    )
    parser.add_argument("out", metavar="FILE", type=Path, help="the file to write: its ending is .html or .onnx")
    parser.add_argument("--model", type=Path, default=choose_weights(), help="weights to use (default: %(default)s)")
    given = parser.parse_args()
    with one_line_errors():
        main(given.out, given.model)
