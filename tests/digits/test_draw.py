import signal
import socket
import sys
from pathlib import Path

import pytest

from digits.draw import Handler, Server
from digits.network.weights import READER
from tests.clones import started
from tests.conftest import Command
from tests.imports import ROOT
from tests.pointer import Page


def ask(request: str, host: str = "") -> tuple[int, str, bytes]:
    """Status, headers and content of the answer to one request, handed to a server without a network."""
    ours, theirs = socket.socketpair()
    with Server("<p>the page", 0) as server, ours, theirs:
        assert server.server_address[0] == "127.0.0.1"
        assert server.address == f"http://127.0.0.1:{server.server_port}/"
        ours.sendall(f"{request} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{server.server_port}'}\r\n\r\n".encode())
        Handler(theirs, ("127.0.0.1", 1), server)
        theirs.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: ours.recv(1 << 16), b""))
    head, _, content = answer.partition(b"\r\n\r\n")
    return int(answer.split()[1]), head.decode(), content


def test_it_sends_the_page_under_a_policy_that_reaches_nothing() -> None:
    status, head, content = ask("GET /")
    assert (status, content) == (200, b"<p>the page")
    assert "Content-Security-Policy: default-src 'none';" in head
    assert "frame-ancestors 'none'" in head


@pytest.mark.parametrize(
    ("request_line", "host", "status"),
    [
        ("GET /etc/passwd", "", 404),
        ("GET /../digits/draw.py", "", 404),
        ("GET /", "evil.example", 404),  # DNS rebinding
        ("POST /", "", 501),
        ("OPTIONS /", "", 501),
    ],
)
def test_anything_else_is_refused(request_line: str, host: str, status: int) -> None:
    assert ask(request_line, host)[0] == status


def test_the_program_says_where_it_is_and_its_page_lives_on_when_it_has_ended(opened: Page, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "digits.draw", "--no-browser", "--port", "0", "--model", str(ROOT / READER)]
    with started(tmp_path, *command) as program:
        assert program.stdout
        opened.open(program.stdout.readline().split()[4])
        program.send_signal(signal.SIGINT)
        assert program.wait(60) == 130
    opened.until("document.getElementById('said').textContent === 'Nothing drawn yet'")


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_a_port_is_a_number_up_to_65535(command: Command, port: str) -> None:
    _, _, said = command(ROOT, "digits.draw", "--no-browser", "--port", port, "--model", str(READER))
    assert said.startswith(f"error: port {port} of 127.0.0.1: ")
    assert said.endswith("; choose another with --port\n")
