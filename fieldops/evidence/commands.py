"""Commands of the administrator that let others check the ledger: `checkpoint` and `export`."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from fieldops.domain.looks import Look, Looking, LookKind, Shown
from fieldops.domain.operation import Operation
from fieldops.evidence.bundle import Means, write_bundle
from fieldops.evidence.checkpoints import make_checkpoint, public_key_for
from fieldops.settings import Settings
from fieldops.store.accesslog import add_looks, look_rules
from fieldops.store.engine import WRITES, reads
from fieldops.store.files_place import blobs_for
from fieldops.store.opening import open_store
from fieldops.store.operations import operation_coded

VERIFIER = "verify.html"  # beside the tablet app, by the same build


@contextmanager
def _ledger(code: str) -> Iterator[tuple[Engine, Operation, Settings]]:
    """The database with the operation of this code, and the settings of the installation."""
    settings = Settings.from_env()
    engine = open_store(settings)
    try:
        with Session(engine) as session:
            found = operation_coded(session, code)
        if found is None:
            raise click.ClickException(f"There is no operation {code}.")
        yield engine, found, settings
    finally:
        engine.dispose()


def _made_now(engine: Engine, serving: Operation, seed: bytes, reason: str = "") -> str:
    """The newest checkpoint. With a reason it covers the line that all of it is given out for that."""
    with Session(engine) as session, session.begin():
        session.connection(execution_options=WRITES)
        if reason:
            add_looks(session, [_disclosed(session, serving, reason)])
        return make_checkpoint(session, serving.id, seed, datetime.now(UTC))


def _disclosed(session: Session, serving: Operation, reason: str) -> Look:
    """Nobody signs in to a command: the line names the account of the machine."""
    looking = Looking(
        operation=serving.id,
        actor=None,
        door="command.export",
        through="command",
        session=f"uid {os.getuid()}",
        request=secrets.token_hex(16),
        at_ms=int(datetime.now(UTC).timestamp() * 1000),
        rules=look_rules(session),
    )
    return looking.line(LookKind.DISCLOSURE, Shown(), reason.strip())


@click.command()
@click.argument("operation_code")
@click.option("--key", "with_key", is_flag=True, help="Print the key that it is checked with instead.")
def checkpoint(operation_code: str, with_key: bool) -> None:
    """Sign what the operation's ledger holds now, and print the note for whoever keeps it as a witness."""
    with _ledger(operation_code) as (engine, serving, settings):
        seed = settings.server_key_seed
        if with_key:
            click.echo(public_key_for(serving.id, seed))
        else:
            click.echo(_made_now(engine, serving, seed), nl=False)


@click.command()
@click.argument("operation_code")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--reason", required=True, help="Who is given it and why: the access log keeps it.")
def export(operation_code: str, target: Path, reason: str) -> None:
    """Write the operation's evidence bundle to TARGET, a file or a folder. It holds everything in it."""
    with _ledger(operation_code) as (engine, serving, settings):
        if not target.is_dir() and not target.parent.is_dir():
            raise click.ClickException(f"There is no folder {target.parent}.")
        if not (settings.tablet_app_folder / VERIFIER).is_file():
            raise click.ClickException("The page that checks bundles is not built: ./run build makes it.")
        size = int(_made_now(engine, serving, settings.server_key_seed, reason).splitlines()[1])
        file = target / f"{serving.code}-{size}.zip" if target.is_dir() else target
        with Session(engine) as session:
            session.connection(execution_options=reads(engine))
            _put_in_place(session, serving, settings, file)
    click.echo(
        f"{file}\ncheck it with: python -m fieldops.verify {file} --witness NOTE, or on the page /verify"
    )


def _put_in_place(session: Session, serving: Operation, settings: Settings, file: Path) -> None:
    """Whole or not at all, and for the owner alone."""
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".export-", delete=False) as made:
        try:
            page = (settings.tablet_app_folder / VERIFIER).read_bytes()
            means = Means(seed=settings.server_key_seed, blobs=blobs_for(settings), page=page)
            write_bundle(session, serving, means, made)
            made.flush()
            os.fsync(made.fileno())
            Path(made.name).replace(file)
        finally:
            Path(made.name).unlink(missing_ok=True)


COMMANDS = (checkpoint, export)
