"""Links of pages, and of the notebook, lead to files of this project."""

import re

import pytest

from tests.clones import succeed
from tests.imports import ROOT

PAGES = succeed(ROOT, "git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md", "*.ipynb").splitlines()
LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = {link.partition("#")[0] for link in LINK.findall(text) if not re.match(r"https?:|#", link)}
    assert [target for target in targets if not ((ROOT / page).parent / target).exists()] == []
