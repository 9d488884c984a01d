from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hosts.network import CARD, Host
from tests.stages.test_train_distributed import await_epoch, outputs, prepared, trained, training

pytestmark = pytest.mark.hosts

Network = tuple[Host, Host]
Folders = Callable[..., list[Path]]
ENDED = "error: another process of this training ended or can't be reached; `dvc repro` goes on from the last"


@pytest.fixture
def folders(tmp_path: Path, run: Path) -> Folders:
    return lambda *names, **changes: [prepared(tmp_path / name, run, **changes) for name in names]


def on(host: Host, number: int, first: Host) -> list[str]:
    """What one puts before the command on the host with this number, so that it trains together with another."""
    meeting = {"NNODES": 2, "NODE_RANK": number, "MASTER_ADDR": first.address, "MASTER_PORT": 29500}
    variables = [f"PET_{name}={value}" for name, value in meeting.items()]
    return host.command("env", f"GLOO_SOCKET_IFNAME={CARD}", *variables)


def test_two_hosts_compute_what_two_processes_of_one_do(network: Network, folders: Folders) -> None:
    one, two = folders("one", "two", processes=1)
    [single] = folders("single", processes=2)
    first, second = network
    with training(two, *on(second, 1, first)) as helper:
        trained(one, *on(first, 0, first))
        assert helper.wait(timeout=30) == 0, helper.communicate()
    trained(single)
    assert outputs(one) == outputs(single)
    assert outputs(two) == {}, "only the first writes, and the second reads no more than its data"


def test_a_host_that_is_cut_off_ends_the_training_which_then_goes_on(network: Network, folders: Folders) -> None:
    one, two = folders("one", "two", processes=1, epochs=30)
    [single] = folders("single", processes=2, epochs=30)
    first, second = network
    with training(two, *on(second, 1, first)) as helper, training(one, *on(first, 0, first)) as leader:
        await_epoch(one, 2)
        second.cut_off()
        assert ENDED in leader.communicate(timeout=200)[0]
        assert leader.returncode != 0
        second.kill_all()
        helper.communicate()
    (one / "params.yaml").write_text((single / "params.yaml").read_text())
    assert "a checkpoint was found: resuming after epoch" in trained(one)
    trained(single)
    assert outputs(one) == outputs(single)
