"""`sprig memory`: the memories, and the log they come from."""

import sys

import click

from lti_tool.cli.frame import AT_FAULT, opened
from lti_tool.services.memories import rebuild_memories


@click.group()
def memory() -> None:
    """The memories, and the log they come from."""


@memory.command()
@click.option("--repair", is_flag=True, help="Replace the memories that differ from what the log gives.")
def rebuild(repair: bool) -> None:
    """Compute every memory anew from the log of reviews, and compare."""
    with opened() as tool, tool.database.writing() as session:
        done = rebuild_memories(session, repair=repair)
    click.echo(f"{done.reviews} reviews give {done.memories} memories; {len(done.differing)} on record differ.")
    for enrolment_id, item_id in done.differing[:20]:
        click.echo(f"  enrolment {enrolment_id}, item {item_id}")
    if done.differing and not repair:
        click.echo("Run again with --repair to replace them.")
        sys.exit(AT_FAULT)
