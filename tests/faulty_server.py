"""A web server on 127.0.0.1 that plays every fault: `http://127.0.0.1:PORT/FAULT/…`."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme


class Server(ThreadingHTTPServer):
    """Serves `files` by name at /fine/…, a page of links to them at /fine/…/, and faults elsewhere."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.closing = files, threading.Event()
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that are ended hang up."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        _, fault, *_, name = self.path.split("/")
        if fault == "silent":
            self.server.closing.wait(60)
        links = "".join(f'<a href="{file}">{file}</a>\n' for file in self.server.files).encode()  # a package index
        content = self.server.files.get(name, links)
        self.send_response(404 if fault == "not-found" else 200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(1 << 30 if fault == "trickling" else len(content)))
        self.end_headers()
        self.wfile.write(DAMAGE.get(fault, bytes)(content) if name else content)
        with suppress(OSError):
            while fault == "trickling" and not self.server.closing.wait(0.1):
                self.wfile.write(b" ")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda content: content[:99],
    "flipped": lambda content: content[:99] + bytes(byte ^ 0xFF for byte in content[99:]),
}


@contextmanager
def serving(files: dict[str, bytes], *, trusted: bool = True) -> Iterator[Server]:
    with Server(files) as server:
        if not trusted:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            server.url = server.url.replace("http", "https")
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
