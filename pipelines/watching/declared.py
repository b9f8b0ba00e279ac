"""The metrics of `pipelines.metrics`, as data."""

from collections.abc import Iterator

import msgspec
from prometheus_client.metrics import MetricWrapperBase

import pipelines.metrics


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """One metric: `name` as it is scraped, without the suffixes of a histogram."""

    name: str
    kind: str
    meaning: str
    labels: tuple[str, ...]


def declared() -> Iterator[Declared]:
    """Every metric in the order of the file."""
    for metric in vars(pipelines.metrics).values():
        if isinstance(metric, MetricWrapperBase):
            family = next(iter(metric.describe()))
            name = f"{family.name}_total" if family.type == "counter" else family.name
            labels = tuple(metric._labelnames)  # noqa: SLF001 (the client has no public name for them)
            yield Declared(name=name, kind=family.type, meaning=family.documentation, labels=labels)
