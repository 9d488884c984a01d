import os
from collections.abc import Iterator

import pytest
import torch

from digits.network.device import prepare_device


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No GPU, and torch's settings put back."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.mps, "is_available", lambda: False)
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", "")
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG")
    threads, deterministic = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    filling = torch.utils.deterministic.fill_uninitialized_memory
    yield
    torch.utils.deterministic.fill_uninitialized_memory = filling
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(mode=deterministic)


def test_torch_is_deterministic_on_so_many_threads() -> None:
    prepare_device("cpu", threads=2)
    assert torch.are_deterministic_algorithms_enabled()
    assert not torch.utils.deterministic.fill_uninitialized_memory
    assert torch.get_num_threads() == 2
    assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"


@pytest.mark.parametrize(
    ("there", "name", "device"),
    [
        ((), "auto", "cpu"),
        ((), "cpu", "cpu"),
        (("cuda",), "auto", "cuda"),
        (("cuda",), "cpu", "cpu"),
        (("mps",), "auto", "mps"),
        (("cuda", "mps"), "auto", "cuda"),
        (("cuda", "mps"), "mps", "mps"),
    ],
)
def test_auto_is_the_fastest_there_is(
    monkeypatch: pytest.MonkeyPatch, there: tuple[str, ...], name: str, device: str
) -> None:
    for module in there:
        monkeypatch.setattr(getattr(torch, module), "is_available", lambda: True)
    assert prepare_device(name, threads=1) == torch.device(device)


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"params.yaml: train.device = '{name}': this machine has cpu"):
        prepare_device(name, threads=1)
