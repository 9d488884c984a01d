"""The seconds that the stages of this folder's pipeline work, without start-up and imports: for benchmarks/speed.py."""

import runpy
import shlex
import sys
from functools import partial
from pathlib import Path

import yaml

import stages.download
import stages.evaluate
import stages.plot
import stages.subset
import stages.train  # noqa: F401 - all imported, so that only work is left
from benchmarks.timing import seconds

if __name__ == "__main__":
    total = 0.0
    for name, stage in yaml.safe_load(Path("dvc.yaml").read_text())["stages"].items():
        sys.argv = shlex.split(stage["cmd"])[2:]
        sys.modules.pop(f"stages.{name}", None)
        total += seconds(partial(runpy.run_module, f"stages.{name}", run_name="__main__"))
    print(total)
