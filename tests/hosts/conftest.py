from collections.abc import Iterator
from subprocess import CalledProcessError

import pytest

from tests.hosts.network import Host, two_hosts
from tests.stages.conftest import run
from tests.studies.conftest import project

__all__ = ["project", "run"]  # fixtures of others


@pytest.fixture
def network() -> Iterator[tuple[Host, Host]]:
    """Two hosts, until the test ends."""
    try:
        with two_hosts() as hosts:
            yield hosts
    except (CalledProcessError, FileNotFoundError) as error:
        pytest.skip(f"no hosts on this machine: {getattr(error, 'stderr', error)}")
