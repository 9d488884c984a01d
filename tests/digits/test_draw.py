import signal
import sys
from pathlib import Path

import pytest

from digits.network.weights import READER
from tests.clones import started
from tests.conftest import Command
from tests.imports import ROOT
from tests.pointer import Page


def test_the_program_says_where_it_is_and_its_page_lives_on_when_it_has_ended(opened: Page, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "digits.draw", "--no-browser", "--port", "0", "--model", str(ROOT / READER)]
    with started(tmp_path, *command) as program:
        assert program.stdout
        address = program.stdout.readline().split()[4]
        assert address.startswith("http://127.0.0.1:")
        opened.open(address)
        program.send_signal(signal.SIGINT)
        assert program.communicate(timeout=60)[0] == ""
        assert program.returncode == 130
    opened.until("document.getElementById('said').textContent === 'Nothing drawn yet'")


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_a_port_is_a_number_up_to_65535(command: Command, port: str) -> None:
    _, _, said = command(ROOT, "digits.draw", "--no-browser", "--port", port, "--model", str(READER))
    assert said.startswith(f"error: port {port} of 127.0.0.1: ")
    assert said.endswith("; choose another with --port\n")
