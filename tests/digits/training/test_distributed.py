import pytest
import torch

from digits.training.distributed import all_reduce, broadcast, data_parallel, process_group, rank, world_size


def test_alone_everything_stays_what_it_is() -> None:
    model = torch.nn.Linear(1, 1)
    assert (rank(), world_size()) == (0, 1)
    assert data_parallel(model) is model
    assert all_reduce(torch.ones(2)).tolist() == [1, 1]
    assert broadcast(b"content") == b"content"
    with pytest.raises(RuntimeError, match="a defect"), process_group(torch.device("cpu")):
        raise RuntimeError("a defect")
