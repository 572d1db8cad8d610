"""`sprig memory`: the memories, and the log they come from."""

import sys

import click

from lti_tool.cli.frame import AT_FAULT, opened
from lti_tool.services.memories import compare_memories, repair_memories


@click.group()
def memory() -> None:
    """The memories, and the log they come from."""


@memory.command()
@click.option("--repair", is_flag=True, help="Replace the memories that differ from what the log gives.")
def rebuild(repair: bool) -> None:
    """Compute every memory anew from the log of reviews, and compare."""
    replaced = 0
    with opened() as tool:
        with tool.database.reading() as session:
            done = compare_memories(session)
        for enrolment_id in sorted({key[0] for key in done.differing} if repair else ()):
            # One enrolment at a time, so that its learner waits for a moment only.
            with tool.database.writing() as session:
                replaced += len(repair_memories(session, enrolment_id))
    click.echo(f"{done.reviews} reviews give {done.memories} memories; {len(done.differing)} on record differ.")
    for enrolment_id, item_id in done.differing[:20]:
        click.echo(f"  enrolment {enrolment_id}, item {item_id}")
    if repair:
        click.echo(f"Replaced: {replaced}")
    elif done.differing:
        click.echo("Run again with --repair to replace them.")
        sys.exit(AT_FAULT)
