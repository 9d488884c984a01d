import json
import socket
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from digits.draw.__main__ import LARGEST, MAX_CONNECTIONS, Handler, Server, parse_arguments
from digits.network.cnn import CNN
from tests.conftest import Command
from tests.handwriting import written


@pytest.fixture(scope="module")
def server(reader: CNN) -> Iterator[Server]:
    with Server(reader, 0) as made:
        yield made


def ask(server: Server, request: str, body: bytes = b"", **headers: str) -> tuple[int, str, bytes]:
    """Status, headers and content of the answer to one request, handed to the server without a network."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        lines = {"Host": f"127.0.0.1:{server.server_port}", "Content-Length": str(len(body))}
        lines |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = "\r\n".join([f"{request} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items())])
        ours.sendall(head.encode() + b"\r\n\r\n" + body)
        ours.shutdown(socket.SHUT_WR)
        Handler(theirs, ("127.0.0.1", 1), server)
        theirs.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: ours.recv(1 << 16), b""))
    head_lines, _, content = answer.partition(b"\r\n\r\n")
    return int(answer.split()[1]), head_lines.decode(), content


def png(digit: int) -> bytes:
    written(digit).save(file := BytesIO(), "PNG")
    return file.getvalue()


def test_it_listens_on_loopback_alone_and_its_page_loads_nothing_from_elsewhere(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert server.address == f"http://127.0.0.1:{server.server_port}/"
    status, head, content = ask(server, "GET /")
    assert status == 200
    assert "Content-Security-Policy: default-src 'none';" in head
    assert b"http:" not in content
    assert b"https:" not in content
    assert b'const classes = ["0", "1"' in content


def test_a_drawing_is_answered(server: Server) -> None:
    status, _, content = ask(server, "POST /predict", png(5), Content_Type="image/png")
    answer = json.loads(content)
    assert status == 200
    assert (answer["says"], max(range(11), key=answer["probabilities"].__getitem__)) == ("5", 5)
    assert len(answer["image"]) == 28 * 28


@pytest.mark.parametrize(("body", "reason"), [(b"", "not a picture"), (png(5)[:-200], "damaged")])
def test_no_drawing_is_an_error_in_the_answer(server: Server, body: bytes, reason: str) -> None:
    status, _, content = ask(server, "POST /predict", body, Content_Type="image/png")
    assert status == 200
    assert reason in json.loads(content)["error"]


@pytest.mark.parametrize(
    ("request_line", "headers", "status"),
    [
        ("GET /etc/passwd", {}, 404),
        ("GET /../digits/draw/__main__.py", {}, 404),
        ("GET /", {"Host": "evil.example"}, 404),  # DNS rebinding
        ("POST /predict", {"Host": "evil.example", "Content_Type": "image/png"}, 404),
        ("POST /predict", {"Content_Type": "text/plain"}, 404),  # what a foreign page may send unasked
        ("POST /", {"Content_Type": "image/png"}, 404),
        ("POST /predict", {"Content_Type": "image/png", "Content_Length": str(LARGEST + 1)}, 413),
        ("POST /predict", {"Content_Type": "image/png", "Content_Length": "-1"}, 413),
        ("OPTIONS /predict", {"Origin": "http://evil.example"}, 501),
    ],
)
def test_anything_else_is_refused(server: Server, request_line: str, headers: dict[str, str], status: int) -> None:
    assert ask(server, request_line, **headers)[0] == status


def test_a_drawing_too_large_is_refused_before_it_is_decoded(server: Server) -> None:
    Image.new("1", (2001, 2001)).save(file := BytesIO(), "PNG")
    _, _, content = ask(server, "POST /predict", file.getvalue(), Content_Type="image/png")
    assert "more than 4 million pixels" in json.loads(content)["error"]


def test_slow_connections_are_ended_and_too_many_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digits.draw.__main__.SECONDS", 0.5)
    pairs = [socket.socketpair() for _ in range(MAX_CONNECTIONS + 1)]
    for _, theirs in pairs:
        server.process_request(theirs, ("127.0.0.1", 1))
    *waiting, refused = (ours for ours, _ in pairs)
    refused.settimeout(0.2)
    assert refused.recv(1) == b""
    for ours in waiting:
        ours.settimeout(5)
        assert ours.recv(1) == b"", "it says nothing and is ended all the same"
    for ours, _ in pairs:
        ours.close()


def test_without_a_model_it_is_one_line(tmp_path: Path, command: Command) -> None:
    code, out, err = command(tmp_path, "digits.draw", "--no-browser")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("error: models/cnn.safetensors: ")


def test_a_port_is_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert parse_arguments(["--port", "0"]).port == 0
    for port in ("70000", "-1", "http"):
        with pytest.raises(SystemExit):
            parse_arguments([f"--port={port}"])
        assert "--port: must be 0 (any free one) to 65535" in capsys.readouterr().err
