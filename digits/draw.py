"""Serve the page of `digits.export` on this machine, to draw on and see the probabilities move: `make draw`.

The server is the standard library's, listens on loopback alone and sends one page, which does the rest by itself.
"""

import argparse
import os
import sys
import tempfile
import webbrowser
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from digits.export.page import make_page
from digits.network.weights import choose_weights, load_weights
from digits.pipeline.errors import one_line_errors, printable

HOST, PORT = "127.0.0.1", 8028


class QuietHandler(SimpleHTTPRequestHandler):
    """Sends the files of a folder and prints no line for each."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(model: Path, port: int, *, browse: bool) -> None:
    """Serve until Ctrl-C. ValueError, OSError: the model cannot be read, or the port is taken or no port."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "index.html").write_text(make_page(load_weights(model)), encoding="utf-8")
        try:
            server = ThreadingHTTPServer((HOST, port), partial(QuietHandler, directory=folder))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", error)
            raise ValueError(f"port {port} of {HOST}: {reason}; choose another with --port") from None
        with server:
            address = f"http://{HOST}:{server.server_port}/"
            print(f"Draw a digit at {address} (read by {printable(model)}; Ctrl-C ends it)", flush=True)
            if browse and (sys.platform in ("darwin", "win32") or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys()):
                webbrowser.open(address)
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
