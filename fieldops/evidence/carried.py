"""The command that takes in sealed bundles which somebody carried to the server, as on a USB stick."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from fieldops.domain.errors import Refusal
from fieldops.settings import Settings
from fieldops.store.bundles import Way
from fieldops.store.engine import WRITES, reads
from fieldops.store.opening import open_store
from fieldops.sync.bundle import Carried, Taken, read_bundle, take_in
from fieldops.sync.sealing import sealing_key


@click.command("import-bundle")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def import_bundle(files: tuple[Path, ...]) -> None:
    """Take in what tablets without a network saved to FILES. Doing it again changes nothing."""
    settings = Settings.from_env()
    engine = open_store(settings)
    try:
        troubles = [file.name for file in files if not _told(file, _take(engine, file, settings))]
    finally:
        engine.dispose()
    if troubles:
        raise click.ClickException(f"Not whole: {', '.join(troubles)}")


def _take(engine: Engine, file: Path, settings: Settings) -> Taken | Refusal:
    try:
        bundle = read_bundle(file.read_bytes())
        came_ms = int(datetime.now(UTC).timestamp() * 1000)
        carried = Carried(bundle=bundle, received_ms=came_ms, way=Way.COMMAND)
        key = sealing_key(settings.server_key_seed, bundle.operation)
        return take_in(lambda: _reading(engine), lambda: _writing(engine), carried, key)
    except Refusal as refusal:
        return refusal


def _told(file: Path, taken: Taken | Refusal) -> bool:
    """Says what became of a file; whether all that it named is here as its authors signed it."""
    if isinstance(taken, Refusal):
        click.echo(f"{file.name}: {taken.sentence}")
        return False
    click.echo(f"{file.name}: names {taken.named}, here {taken.came}")
    for one in taken.reply.setbacks:
        click.echo(f"  {one.log} {one.first} to {one.last}: {one.verdict}, {one.detail}")
    return taken.whole


@contextmanager
def _reading(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        session.connection(execution_options=reads(engine))
        yield session


@contextmanager
def _writing(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session, session.begin():
        session.connection(execution_options=WRITES)
        yield session
