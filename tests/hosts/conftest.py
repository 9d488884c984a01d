from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.hosts.network import Host, hosts, refusal
from tests.stages.conftest import run
from tests.studies.conftest import project

__all__ = ["project", "run"]  # fixtures of others


@pytest.fixture
def network() -> Iterator[Callable[[int], list[Host]]]:
    """`network(2)`: so many hosts, until the test ends."""
    if reason := refusal():
        pytest.skip(f"no hosts on this machine: {reason}")
    with ExitStack() as stack:
        yield lambda count: stack.enter_context(hosts(count))
