"""Feed bytes to a reader of the project, guided by the code they reach: `python -m fuzz.readers READER [OPTION …]`.

READER is one of TARGETS; the options are libFuzzer's, such as `-runs=200000`. A reader may take the bytes, or refuse
them by a ValueError of one line; whatever else it does ends the run, and the bytes stay in .fuzz/READER/. What reached
new code is kept there, too, so that the next run goes on from it.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["digits", "numpy.lib", "pickletools", "stages", "yaml"]):
    from digits.data.arrays import load_images
    from digits.data.idx import read_idx
    from digits.data.sources.package import byte_strings
    from digits.network.weights import load_weights
    from digits.pipeline.parameters import load_params
    from stages.check import SECTIONS

from fuzz.seeds import write_seeds

ROOT = Path(__file__).parents[1]
MEMORY = 1500  # MB, of which importing torch takes 500


def params(path: Path) -> None:
    """One section, which the length of the file chooses: all six would take six times as long."""
    section = list(SECTIONS)[path.stat().st_size % len(SECTIONS)]
    load_params(section, SECTIONS[section], path)


def pickle(path: Path) -> None:
    byte_strings(path.read_bytes())


TARGETS: dict[str, Callable[[Path], object]] = {
    "read_idx": read_idx,
    "load_images": load_images,
    "load_params": params,
    "load_weights": load_weights,
    "byte_strings": pickle,
}


def main(name: str, options: list[str]) -> None:
    folder = ROOT / ".fuzz" / name
    path = folder / "input.partial"
    write_seeds(name, folder / "corpus")
    read = TARGETS[name]

    def once(content: bytes) -> None:
        path.write_bytes(content)
        try:
            read(path)
        except ValueError as error:
            if len(str(error).splitlines()) > 1 and name != "byte_strings":
                raise AssertionError(f"a refusal of several lines: {error}") from error

    bounds = [f"-rss_limit_mb={MEMORY}", "-timeout=20", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *bounds, *options, str(folder / "corpus")], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
