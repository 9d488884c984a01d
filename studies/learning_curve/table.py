"""The study's results beside the published figures, as Markdown: `python -m studies.learning_curve.table`."""

from pathlib import Path

from digits.pipeline.errors import one_line_errors
from studies.learning_curve.curve import read_errors, read_published

RESULTS, PUBLISHED = (Path("studies/learning_curve") / name for name in ("results.csv", "published.csv"))


def make_table(results: Path, published: Path) -> str:
    """Test error in %: mean ± standard deviation over the seeds, and what was published, the best of it bold."""
    others = read_published(published).pivot(index="samples", columns="source", values="error")
    columns = ("training images", "this project", *others.columns, "seeds", "better than the best published?")
    lines = [f"| {' | '.join(columns)} |", "| ---: " * len(columns) + "|"]
    for samples, errors in read_errors(results).groupby("samples")["error"]:
        ours = errors.mean()
        mean_and_deviation = f"{ours:.2f} ± {errors.std():.2f}" if len(errors) > 1 else f"{ours:.2f}"
        row, verdict = [""] * len(others.columns), "nothing published"
        if samples in others.index:
            best = others.loc[samples].min()
            row = [f"**{error:.2f}**" if error == best else f"{error:.2f}" for error in others.loc[samples]]
            verdict = "yes" if ours < best else f"no: {best:.2f}"
        lines.append(f"| {samples:,} | {mean_and_deviation} | {' | '.join(row)} | {len(errors)} | {verdict} |")
    return "\n".join(lines)


if __name__ == "__main__":
    with one_line_errors():
        print(make_table(RESULTS, PUBLISHED))
