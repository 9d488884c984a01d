"""Tables in Markdown, and their place in a page."""

import re
from pathlib import Path


def make_table(rows: list[dict[str, object]], *, rule: str = "---") -> str:
    """Make a table of rows by column. rule: what stands under each column's name."""
    lines = [list(rows[0]), [rule] * len(rows[0]), *(map(str, row.values()) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def replace_part(page: Path, name: str, text: str) -> None:
    """Put a text between `<!-- name -->` and the next `<!-- end -->` of a page."""
    begin, end = f"<!-- {name} -->", "<!-- end -->"
    changed = re.sub(f"{begin}.*?{end}", lambda _: f"{begin}\n{text}\n{end}", page.read_text(), flags=re.DOTALL)
    page.write_text(changed)
