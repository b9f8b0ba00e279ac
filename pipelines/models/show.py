"""Shows on stderr how far a download is."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from pipelines.models.catalogue import Model
from pipelines.models.wheels import Report

MEGABYTE = 1_000_000


@contextmanager
def shown_download(model: Model) -> Iterator[Report]:
    """A progress bar on a terminal, one line before the download elsewhere."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    if not console.is_terminal:
        console.print(f"fetching the model {model.name}, {model.download_bytes // MEGABYTE} MB", highlight=False)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(f"fetching the model {model.name}", total=model.download_bytes)
        yield lambda done, total: progress.update(task, completed=done, total=total)
