"""A page as Chromium shows it, without any network."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

NAMES = ("chromium", "google-chrome", "chromium-browser", "chrome")
OPTIONS = (
    "--headless",
    "--no-sandbox",  # which root cannot have; the pages are the project's own
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=127.0.0.1:9",
    "--window-size=1280,900",
    "--virtual-time-budget=10000",
    "--dump-dom",
)


def chromium() -> str:
    """The browser's path; the test is skipped where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or pytest.skip(f"needs a browser: none of {', '.join(NAMES)} is on PATH")


def dump(page: Path, *, dark: bool = False) -> str:
    """The document after its scripts have run."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = [*OPTIONS, f"--blink-settings=preferredColorScheme={0 if dark else 1}", f"--user-data-dir={profile}"]
        command = [chromium(), *options, page.as_uri()]
        return subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=120).stdout


def scroll_width(page: Path, width: int) -> int:
    """How wide the page is in a frame of `width` pixels: wider than that, and it scrolls sideways."""
    say = (
        "<script>setTimeout(() => parent.postMessage(document.documentElement.scrollWidth, '*'), 3000)</script></body>"
    )
    framed, frame = page.with_name(f"framed_{width}.html"), page.with_name(f"frame_{width}.html")
    head, _, tail = page.read_text(encoding="utf-8").rpartition("</body>")
    framed.write_text(head + say + tail, encoding="utf-8")
    frame.write_text(
        f"<script>onmessage = ({{ data }}) => document.title = `width ${{data}}`</script>"
        f'<iframe src="{framed.name}" width="{width}" height="900" style="border: 0"></iframe>'
    )
    return int(dump(frame).split("<title>width ")[1].split("<")[0])
