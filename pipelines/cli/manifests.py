"""`dajia manifests`: the files of deploy/ that follow from the code."""

import sys
from pathlib import Path

import click


@click.command(epilog="Example: dajia manifests --check")
@click.option(
    "--folder", type=click.Path(path_type=Path), default=Path("deploy"), show_default=True, help="Where deploy/ is."
)
@click.option("--check", is_flag=True, help="Write nothing; exit status 1 when a file is not current.")
def manifests(folder: Path, check: bool) -> None:  # noqa: FBT001 (a flag of the command line)
    """Write the settings page, the example environment and the chart's topics, users and lag, from the code.

    Run it after a change of the settings, the topic table or the roles. Names each file that differs on stdout.
    """
    from pipelines.manifests import manifests as generated  # noqa: PLC0415 (loads the topic table and a Kafka client)

    differing = []
    for place, text in generated().items():
        path = folder / place
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        differing.append(path)
        click.echo(path)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    click.echo(f"{len(differing)} files {'are not current' if check else 'written'}", err=True)
    sys.exit(1 if check and differing else 0)
