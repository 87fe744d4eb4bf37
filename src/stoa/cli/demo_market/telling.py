"""What a person sees while the demo loads: a bar on a terminal, a line for each finished part elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Part:
    """One part of a long work, with a known number of steps."""

    def __init__(self, progress: Progress, title: str, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=total, words="")

    def tell(self, words: str, *, advance: int = 1) -> None:
        """Say what is happening and that ``advance`` more steps are done."""
        self._progress.update(self._task, words=words, advance=advance)


class Telling:
    """Opens parts one after another."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def part(self, title: str, total: int) -> Iterator[Part]:
        """Show a part while it lasts and one line when it is done."""
        started = time.monotonic()
        if not self.console.is_terminal:
            self.console.print(f"{title} …")
        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[words]}"),
        )
        with Progress(
            *columns, console=self.console, transient=True, disable=not self.console.is_terminal
        ) as progress:
            yield Part(progress, title, total)
        self.console.print(f"{title} [dim]({total:,} in {time.monotonic() - started:.1f} s)")


def quiet() -> Telling:
    """A telling that nobody hears."""
    return Telling(Console(quiet=True))
