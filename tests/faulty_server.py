"""A web server on 127.0.0.1 that plays every fault: `http://127.0.0.1:PORT/FAULT/…`."""

import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

import trustme

Files = dict[str, bytes]


class Server(socketserver.ThreadingTCPServer):
    """Serves `files` by name at /fine/…, a page of links to them at /fine/…/, and faults elsewhere."""

    daemon_threads = True

    def __init__(self, files: Files) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.closing = files, threading.Event()
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        scheme = "https" if isinstance(self.socket, ssl.SSLSocket) else "http"
        return f"{scheme}://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that are ended hang up."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        _, fault, *parts = urlsplit(self.path).path.split("/")
        FAULTS[fault](self, self.content(fault, parts))

    def content(self, fault: str, parts: list[str]) -> bytes:
        """The file that the path names, or a page of links to all, as a package index has; in index/FAULT to faults."""
        if parts[-1] in self.server.files:
            return self.server.files[parts[-1]]
        folder = parts[0] if fault == "index" else fault
        return "".join(f'<a href="/{folder}/{name}">{name}</a>\n' for name in self.server.files).encode()

    def answer(self, status: int, body: bytes, *, size: int = 0) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(size or len(body)))
        self.end_headers()
        self.wfile.write(body)

    def trickle(self) -> None:
        """An answer that never ends, until the client hangs up or the server closes."""
        self.answer(200, b"", size=1 << 30)
        with suppress(OSError):
            while not self.server.closing.wait(0.1):
                self.wfile.write(b" ")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes(byte ^ 0xFF for byte in content[middle : middle + 9]) + content[middle + 9 :]


FAULTS: dict[str, Callable[[Handler, bytes], object]] = {
    "fine": lambda handler, content: handler.answer(200, content),
    "index": lambda handler, content: handler.answer(200, content),
    "not-found": lambda handler, _: handler.answer(404, b"<h1>Not found</h1>"),
    "page": lambda handler, _: handler.answer(200, b"<html><h1>Log in to the network</h1></html>"),
    "truncated": lambda handler, content: handler.answer(200, content[: len(content) // 2], size=len(content)),
    "flipped": lambda handler, content: handler.answer(200, flipped(content)),
    "trickling": lambda handler, _: handler.trickle(),
    "silent": lambda handler, _: handler.server.closing.wait(60),
}


@contextmanager
def serving(files: Files, certificate: ssl.SSLContext | None = None) -> Iterator[Server]:
    with Server(files) as server:
        if certificate:
            server.socket = certificate.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()


def distrusted() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    return context
