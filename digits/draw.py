"""Serve the page of `digits.export` on this machine, to draw on and see the probabilities move: `make draw`.

The server is the standard library's, listens on loopback alone and sends one page, which does the rest by itself.
"""

import argparse
import os
import sys
import webbrowser
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from digits.export.page import POLICY, make_page
from digits.network.weights import choose_weights, load_weights
from digits.pipeline.errors import one_line_errors, printable

HOST, PORT = "127.0.0.1", 8028


class Server(ThreadingHTTPServer):
    """Sends `page`. OSError: the port is taken."""

    daemon_threads = True

    def __init__(self, page: str, port: int) -> None:
        super().__init__((HOST, port), Handler)
        self.page = page.encode()
        self.own_names = {f"{name}:{self.server_port}" for name in (HOST, "localhost")}
        self.address = f"http://{HOST}:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    """`GET /` is the page. A foreign page cannot point its own name here (DNS rebinding): the Host must be ours."""

    server: Server
    timeout = 10  # seconds a silent connection is kept

    def do_GET(self) -> None:
        """Send the page, under a policy that lets it reach nothing."""
        if self.headers.get("Host") not in self.server.own_names or self.path != "/":
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(self.server.page)))
        self.send_header("Content-Security-Policy", f"{POLICY}; frame-ancestors 'none'")
        self.end_headers()
        self.wfile.write(self.server.page)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(model: Path, port: int, *, browse: bool) -> None:
    """Serve until Ctrl-C. ValueError, OSError: the model cannot be read, or the port is taken or no port."""
    page = make_page(load_weights(model))
    try:
        server = Server(page, port)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", error)
        raise ValueError(f"port {port} of {HOST}: {reason}; choose another with --port") from None
    with server:
        print(f"Draw a digit at {server.address} (read by {printable(model)}; Ctrl-C ends it)", flush=True)
        if browse and (sys.platform in ("darwin", "win32") or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys()):
            webbrowser.open(server.address)
        server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m digits.draw", description="Draw a digit or a number on a page of this machine."
    )
    parser.add_argument("--model", type=Path, default=choose_weights(), help="weights to use (default: %(default)s)")
    parser.add_argument("--port", type=int, default=PORT, help="of 127.0.0.1 (default: %(default)s; 0: any free one)")
    parser.add_argument("--no-browser", action="store_true", help="print the address and open nothing")
    given = parser.parse_args()
    with one_line_errors():
        main(given.model, given.port, browse=not given.no_browser)
