"""What `dajia policy` says to people."""

import click

from pipelines.join.arithmetic import Takes
from pipelines.join.reachable import most
from pipelines.join.rules import Policy


def say_policy(policy: Policy) -> None:
    """Say the prior and what all evidence can come to."""
    limits = most(policy)
    click.echo(
        f"policy {policy.version}: prior {policy.prior.probability:g} ({policy.prior_nats:.2f} nats), half-life "
        f"{policy.time.half_life_seconds:g} s; all families together give {limits.by_family:.2f} nats at most, all "
        f"modalities {limits.by_sense:.2f}",
        err=True,
    )
    for signal in policy.unknown:
        click.echo(
            f"[signals] {signal}: nobody knows this signal, it counts for nothing; correct or remove it", err=True
        )


def say_line(line: Takes) -> None:
    """Say what one line takes."""
    needs = [f"{line.modalities} modalities" if line.modalities > 1 else "1 modality"]
    if line.admission_suffices:
        needs[0] += " or an admission of the host"
    if line.corroboration:
        needs.append(f"one of {', '.join(line.corroboration)}")
    click.echo(
        f"\n{line.name} ({line.rung}, {line.authority}): posterior {line.posterior:g} takes {line.nats:.2f} nats, "
        f"{' and '.join(needs)}",
        err=True,
    )
    if line.release_after_seconds is not None:
        click.echo(f"  released after {line.release_after_seconds:g} s without a further sign", err=True)
    for example in line.examples:
        click.echo(f"  reached by {' + '.join(example)}", err=True)
    if not line.examples:
        click.echo("  no small set of clear signs reaches it", err=True)
