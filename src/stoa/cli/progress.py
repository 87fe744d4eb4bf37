"""What a person at a terminal sees while a long command works; a program that reads the output sees nothing of it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


@contextmanager
def steps(title: str, *, total: int | None = None) -> Iterator[Callable[[str], None]]:
    """Show a bar on stderr that advances with every word it is told; plain silence where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda words: None
        return
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=total)

        def tell(words: str) -> None:
            progress.update(task, description=f"{title} · {words}", advance=1)

        yield tell
