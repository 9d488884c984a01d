"""A project of two quick stages that write what `digits.compare.runs` reads, for tests to make and compare runs."""

from pathlib import Path

from tests.clones import SETTINGS, commit, succeed

DVC_YAML = """\
stages:
  subset:
    cmd: python make.py subset
    deps: [make.py]
    params: [images]
    outs: [data/subset]
  evaluate:
    cmd: python make.py evaluate
    deps: [data/subset/test_images.npy]
    params: [wrong]
    outs:
      - plots/predictions.csv: {cache: false}
"""
MAKE_PY = """\
import sys
from pathlib import Path

import numpy as np
import yaml

params = yaml.safe_load(Path("params.yaml").read_text())
labels = np.arange(params["images"], dtype=np.uint8) % 10
if sys.argv[1] == "subset":
    Path("data/subset").mkdir(parents=True)
    images = np.full((len(labels), 28, 28), 7, np.uint8)
    np.save("data/subset/test_images.npy", images)
else:
    rows = [f"{i},{y},{(y + params['wrong'].count(i)) % 10},0.{90 - i}" for i, y in enumerate(labels)]
    Path("plots").mkdir(exist_ok=True)
    Path("plots/predictions.csv").write_text("index,actual,predicted,confidence\\n" + "\\n".join(rows) + "\\n")
"""


def make_project(repository: Path, inside: str = ".") -> Path:
    """A run `first`, wrong on images 0 to 7 and 9 of 20, and two experiments; in commit `empty` nothing had run."""
    succeed(repository, "git", "init", "--quiet", "--initial-branch=main")
    folder = repository / inside
    folder.mkdir(parents=True, exist_ok=True)
    for key, value in SETTINGS:
        succeed(folder, "git", "config", key, value)
    succeed(folder, "dvc", "init", "--quiet", *(() if inside == "." else ("--subdir",)))
    (folder / "dvc.yaml").write_text(DVC_YAML)
    (folder / "make.py").write_text(MAKE_PY)
    (folder / "params.yaml").write_text("images: 20\nwrong: [0, 1, 2, 3, 4, 5, 6, 7, 9]\n")
    commit(folder)
    succeed(folder, "git", "tag", "empty")
    succeed(folder, "dvc", "repro")
    commit(folder)
    succeed(folder, "git", "tag", "first")
    for name, params in (("shorter", ["images=12"]), ("better", ["images=20", "wrong=[7, 7, 8]"])):
        succeed(folder, "dvc", "exp", "run", "--name", name, *(word for param in params for word in ("-S", param)))
    succeed(folder, "git", "reset", "--quiet", "--hard")
    succeed(folder, "dvc", "checkout")
    return folder
