"""One training on two hosts."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.clones import BIN
from tests.hosts.network import CARD, Host
from tests.stages.test_train_distributed import ENDED, await_epoch, outputs, prepared, started, torchrun, trained

pytestmark = pytest.mark.hosts

Network = Callable[[int], list[Host]]
Folders = Callable[..., list[Path]]


@pytest.fixture
def folders(tmp_path: Path, run: Path, small: dict[str, Any]) -> Folders:
    """`folders("a", "b", epochs=3)`: each with parameters and data, to train in."""
    return lambda *names, **changes: [prepared(tmp_path / name, run, small, **changes) for name in names]


def on(host: Host, number: int, first: Host) -> list[str]:
    """What one types on the host with this number, so that it trains together with another."""
    options = ["--nnodes=2", f"--node-rank={number}", "--nproc-per-node=1"]
    meeting = [f"--master-addr={first.address}", "--master-port=29500"]
    return host.command("env", f"GLOO_SOCKET_IFNAME={CARD}", str(BIN / "torchrun"), *options, *meeting)


def test_two_hosts_compute_what_two_processes_of_one_do(network: Network, folders: Folders) -> None:
    one, two, single = folders("one", "two", "single")
    first, second = network(2)
    with started(two, *on(second, 1, first)) as helper:
        trained(one, *on(first, 0, first))
        assert helper.wait(timeout=30) == 0, helper.communicate()
    trained(single, *torchrun(2))
    assert outputs(one) == outputs(single)
    assert set(outputs(two)) == {"params.yaml"}, "only the first writes, and the second reads no more than its data"


@pytest.mark.parametrize("end", ["killed", "cut off"])
def test_a_host_that_is_lost_ends_the_training_which_then_goes_on(network: Network, folders: Folders, end: str) -> None:
    """Cut off, a host neither answers nor refuses: the other waits two minutes for it."""
    one, two, single = folders("one", "two", "single", epochs=30)
    first, second = network(2)
    with ExitStack() as stack:
        helper = stack.enter_context(started(two, *on(second, 1, first)))
        training = stack.enter_context(started(one, *on(first, 0, first)))
        await_epoch(one / "history.csv", 2)
        if end == "killed":
            second.kill_all()
        else:
            second.cut_off()
        said = training.communicate(timeout=200)[0]
        assert training.returncode != 0
        assert ENDED in said
        second.kill_all()
        helper.communicate()
    with started(one, *torchrun(2)) as training:
        said = training.communicate(timeout=120)[0]
    assert "a checkpoint was found: going on after epoch" in said
    trained(single, *torchrun(2))
    assert outputs(one) == outputs(single)
