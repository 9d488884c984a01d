from pathlib import Path

import numpy as np
import pytest
import torch

from digits.data.arrays import save_split
from digits.network.tensors import load_tensors
from tests.drawing import DRAWN


def test_on_a_cpu_they_are_the_file_itself_with_a_class_for_each_label(tmp_path: Path) -> None:
    paths = tmp_path / "images.npy", tmp_path / "labels.npy"
    save_split(*paths, *DRAWN[1])
    images, labels = load_tensors(*paths, classes=10, device=torch.device("cpu"))
    assert torch.equal(images, torch.tensor(DRAWN[1][0]))
    assert torch.equal(labels, torch.tensor(DRAWN[1][1]))
    np.load(paths[0], mmap_mode="r+")[7, 5, 3] = 99
    assert images[7, 5, 3] == 99
    with pytest.raises(ValueError, match=r"labels\.npy: label 9: must be 0 to 8"):
        load_tensors(*paths, classes=9, device=torch.device("cpu"))
