"""Chromium with a page that a test can point at: the DevTools protocol over a pair of pipes, so no driver is needed."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

SECONDS = 60
NAMES = ("chromium", "google-chrome", "chromium-browser", "chrome")
OPTIONS = (
    "--headless",
    "--no-sandbox",  # which root cannot have; the pages are the project's own
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--proxy-server=127.0.0.1:9",
    "--window-size=1280,900",
    "--remote-debugging-pipe",
)


def chromium() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or pytest.skip(f"needs a browser: none of {', '.join(NAMES)} is on PATH")


def in_script(content: bytes) -> str:
    """Bytes as JavaScript has them."""
    return f"Uint8Array.from(atob('{base64.b64encode(content).decode()}'), (letter) => letter.charCodeAt(0))"


class Page:
    """One open page. Every call raises TimeoutError if the browser is silent for a minute."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self.to_browser, self.from_browser = to_browser, from_browser
        self.calls, self.waiting, self.session = 0, b"", {}
        self.requested: list[str] = []  # addresses, since `open`
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = {"sessionId": attached["sessionId"]}

    def open(self, address: str) -> None:
        self.requested.clear()
        self.call("Network.enable")
        self.call("Page.navigate", url=address)
        self.until("document.readyState === 'complete'")

    def evaluate(self, script: str) -> Any:
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, script: str) -> None:
        end = time.monotonic() + SECONDS
        while not self.evaluate(script):
            assert time.monotonic() < end, f"never true: {script}"
            time.sleep(0.05)

    def width_needed(self, width: int, show: Callable[[], object]) -> int:
        """Pixels that the page takes, once shown, on a screen of so many."""
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": True}
        self.call("Emulation.setDeviceMetricsOverride", **screen)
        show()
        needed = self.evaluate("document.documentElement.scrollWidth")
        self.call("Emulation.clearDeviceMetricsOverride")
        return int(needed)

    def stroke(self, points: list[tuple[float, float]], *, touch: bool = False) -> None:
        """Press at the first point, move over the others, let go; pixels of the page."""
        kinds = ["touchStart", "touchMove", "touchEnd"] if touch else ["mousePressed", "mouseMoved", "mouseReleased"]
        for kind, steps in zip(kinds, (points[:1], points[1:], points[-1:]), strict=True):
            for x, y in steps:
                if touch:
                    at = [] if kind == "touchEnd" else [{"x": x, "y": y}]
                    self.call("Input.dispatchTouchEvent", type=kind, touchPoints=at)
                else:
                    self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)

    def call(self, method: str, **params: object) -> dict[str, Any]:
        self.calls += 1
        message = {"id": self.calls, "method": method, "params": params, **self.session}
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while True:
            said = json.loads(self.read())
            if said.get("method") == "Network.requestWillBeSent":
                self.requested.append(said["params"]["request"]["url"])
            if said.get("id") == self.calls:
                assert "error" not in said, said
                return said["result"]

    def read(self) -> bytes:
        while b"\0" not in self.waiting:
            ready, _, _ = select.select([self.from_browser], [], [], SECONDS)
            more = os.read(self.from_browser, 1 << 16) if ready else b""
            if not more:
                raise TimeoutError("the browser has ended or says nothing")
            self.waiting += more
        message, _, self.waiting = self.waiting.partition(b"\0")
        return message


@contextmanager
def browser() -> Iterator[Page]:
    """A new browser that reaches 127.0.0.1 and no other address; the test is skipped where there is none."""
    (take, to_browser), (from_browser, give) = os.pipe(), os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        numbered = ["bash", "-c", f'exec "$@" 3<&{take} 4>&{give}', "bash"]  # where Chromium listens and answers
        command = [*numbered, chromium(), *OPTIONS, f"--user-data-dir={profile}"]
        with subprocess.Popen(command, pass_fds=(take, give), stderr=subprocess.DEVNULL) as process:
            os.close(take)
            os.close(give)
            try:
                yield Page(to_browser, from_browser)
            finally:
                os.close(to_browser)
                os.close(from_browser)
                process.kill()
