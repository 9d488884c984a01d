import csv
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from digits.data.arrays import save_split
from tests.clones import python
from tests.parameters import write
from tests.stages.conftest import SMALL, split_in
from tests.stages.test_train_distributed import ARGUMENTS

TIMES = 900  # the 200 images of the small run, one after another: 141 MB
MEMORY = 130_000_000  # bytes, beyond what the imports take
LIMITED = f"""
import resource, runpy, sys
import torch
from stages import train
torch.optim.SGD([torch.zeros(1, requires_grad=True)])  # imports more of torch
used = 1024 * int(open("/proc/self/status").read().split("VmData:")[1].split()[0])
resource.setrlimit(resource.RLIMIT_DATA, (used + {MEMORY},) * 2)
runpy.run_module("stages.train", run_name="__main__", alter_sys=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what a process writes to against RLIMIT_DATA")
def test_more_images_than_memory_train(run: Path, tmp_path: Path) -> None:
    augment = SMALL["train"].augment.model_dump() | {"repeats": 1}
    changes = {"epochs": 1, "batch_size": 250, "augment": augment, "schedule": "constant", "learning_rate": 0.005}
    folder = write(tmp_path, model={"channels": [2, 2]}, train=changes).parent
    shutil.copytree(run / "data/subset", folder / "data/subset")
    images, labels = split_in(run, "train")
    paths = [folder / f"data/subset/train_{kind}.npy" for kind in ("images", "labels")]
    save_split(*paths, np.tile(images, (TIMES, 1, 1)), np.tile(labels, TIMES))
    assert paths[0].stat().st_size > MEMORY
    ended = python(folder, "-c", LIMITED, *ARGUMENTS)
    assert ended.returncode == 0, ended.stderr
    *_, last = csv.DictReader((folder / "history.csv").read_text().splitlines())
    assert float(last["train_accuracy"]) > 0.5, "it learned"
