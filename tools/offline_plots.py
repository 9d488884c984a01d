"""Make the pages of `dvc plots show` and `dvc plots diff` work without the internet: `python -m tools.offline_plots`.

DVC's own page loads its chart library from a CDN. This one carries the library; it is written into `.dvc/` and set in
`.dvc/config.local`, so that a clone where it was never made still has DVC's page.
"""

import subprocess
import sys
from pathlib import Path

import vl_convert

PAGE = Path(".dvc/page.html")
TEMPLATE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
{refresh_tag}
<title>Plots</title>
<script>LIBRARY</script>
<style>
body { font-family: system-ui, sans-serif; background: #fff; color: #111; margin: 1rem auto; max-width: 80rem; }
body > div { overflow-x: auto; border: 0 !important; }
img { max-width: 100%; }
</style>
</head>
<body>
{plot_divs}
</body>
</html>
"""


def main() -> None:
    library = vl_convert.javascript_bundle(snippet="window.vegaEmbed = vegaEmbed;", vl_version="5.8").replace(
        "</script", "<\\/script"
    )
    PAGE.write_text(TEMPLATE.replace("LIBRARY", library), encoding="utf-8")
    command = [sys.executable, "-m", "dvc", "config", "--local", "plots.html_template", PAGE.name]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
