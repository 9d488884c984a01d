"""A page of this machine on which one draws a digit or a number and sees the probabilities move: `make draw`.

The server is the standard library's, listens on loopback alone and keeps nothing; its page loads nothing from outside.
"""

import argparse
import contextlib
import json
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

from digits.data.handwriting.picture import decode
from digits.network.cnn import CNN
from digits.network.weights import choose_weights, load_weights
from digits.pipeline.errors import one_line_errors, printable
from digits.reading.answers import read, summarise

HOST, PORT = "127.0.0.1", 8028
PAGE = Path(__file__).with_name("page.html")
LARGEST = 1 << 20  # bytes of a drawing; the page's take a few thousand
MAX_PIXELS = 4_000_000  # of a drawing
MAX_CONNECTIONS = 16  # at once; the page asks one question at a time
SECONDS = 10  # a connection is kept, however slowly it speaks
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Server(ThreadingHTTPServer):
    """Answers drawings with what `model` makes of them. OSError: the port is taken."""

    daemon_threads = True

    def __init__(self, model: CNN, port: int) -> None:
        super().__init__((HOST, port), Handler)
        self.slots = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self.model = model
        self.page = PAGE.read_text(encoding="utf-8").replace(
            "CLASSES", json.dumps(model.classes).replace("<", "\\u003c")
        )
        self.own_names = {f"{name}:{self.server_port}" for name in (HOST, "localhost")}

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread of its own, or hang up where too many wait."""
        if self.slots.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, hang up after SECONDS, and make room for the next."""
        deadline = threading.Timer(SECONDS, hang_up, [request])
        deadline.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            deadline.cancel()
            self.slots.release()

    def handle_error(self, *about: Any) -> None:
        """Say nothing of a page that was closed before its answer."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(*about)

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    """`GET /` is the page; `POST /predict` takes a PNG and answers as JSON."""

    server: Server

    def do_GET(self) -> None:
        """Send the page."""
        if self.allowed() and self.path == "/":
            self.send(HTTPStatus.OK, "text/html; charset=utf-8", self.server.page.encode())
        else:
            self.refuse(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """Answer a drawing."""
        length = self.headers.get("Content-Length", "")
        if not self.allowed() or self.path != "/predict" or self.headers.get("Content-Type") != "image/png":
            self.refuse(HTTPStatus.NOT_FOUND)
        elif not (length.isascii() and length.isdecimal() and len(length) < 9 and int(length) <= LARGEST):
            self.refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            try:
                content = json.dumps(answer(self.server.model, self.rfile.read(int(length))))
            except ValueError as error:
                content = json.dumps({"error": str(error)})
            self.send(HTTPStatus.OK, "application/json", content.encode())

    def allowed(self) -> bool:
        """Whether the request is for this address: a foreign page cannot point its own name here (DNS rebinding)."""
        return self.headers.get("Host") in self.server.own_names

    def refuse(self, status: HTTPStatus) -> None:
        """Say no, without reading on."""
        self.close_connection = True
        self.send(status, "text/plain", status.phrase.encode())

    def send(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        """Send a whole answer, under a policy that lets the page reach nothing but this server."""
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": str(len(content)), "Content-Security-Policy": POLICY}
        headers |= {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing: a stroke is dozens of requests."""


def hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it has ended meanwhile
        connection.shutdown(socket.SHUT_RDWR)


def answer(model: CNN, png: bytes) -> dict[str, object]:
    """What the drawing says, and of its last digit the probabilities in the classes' order and the image, row by row.

    ValueError: no PNG, or nothing drawn.
    """
    lines = read(decode(BytesIO(png), ["PNG"], max_pixels=MAX_PIXELS), model)
    last = lines[-1][-1]
    says, _ = summarise(lines)
    return {"says": says, "probabilities": last.probabilities, "image": last.image.ravel().tolist()}


def main(model: Path, port: int, *, browse: bool) -> None:
    """Serve until Ctrl-C. ValueError, OSError: the model cannot be read, or the port is taken."""
    network = load_weights(model)
    try:
        server = Server(network, port)
    except OSError as error:
        raise ValueError(f"port {port} of {HOST}: {error.strerror}; choose another with --port") from None
    with server:
        print(f"Draw a digit at {server.address} (read by {printable(model)}; Ctrl-C ends it)", flush=True)
        if browse and (sys.platform in ("darwin", "win32") or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys()):
            webbrowser.open(server.address)
        server.serve_forever()


def port_number(text: str) -> int:
    if not (text.isdecimal() and int(text) < 1 << 16):
        raise argparse.ArgumentTypeError("must be 0 (any free one) to 65535")
    return int(text)


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m digits.draw", description="Draw a digit or a number on a page of this machine."
    )
    parser.add_argument("--model", type=Path, default=choose_weights(), help="weights to use (default: %(default)s)")
    parser.add_argument("--port", type=port_number, default=PORT, help="of 127.0.0.1 (default: %(default)s)")
    parser.add_argument("--no-browser", action="store_true", help="print the address and open nothing")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    given = parse_arguments()
    with one_line_errors():
        main(given.model, given.port, browse=not given.no_browser)
