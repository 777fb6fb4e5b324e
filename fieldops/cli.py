"""Commands for whoever runs the server: `python -m fieldops COMMAND`.

A command is a unit of work of its own: it commits at its end, or not at all.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from fieldops.domain.accounts import Deed
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import AgencyCode, DeviceId
from fieldops.domain.operation import Operation
from fieldops.domain.people import Officer
from fieldops.domain.role_table import GIVEN_ROLES
from fieldops.domain.who import Role
from fieldops.evidence.carried import import_bundle
from fieldops.evidence.commands import COMMANDS as EVIDENCE
from fieldops.seeding.demo import DemoOrder, Enact, load_demo
from fieldops.seeding.edition import publish_edition, publish_look_rules
from fieldops.seeding.policy_page import policy_page
from fieldops.settings import Settings
from fieldops.store.accounts import set_password, write_down
from fieldops.store.devices import devices
from fieldops.store.directory import deactivate, give_role, officer_named, put_agency, take_role
from fieldops.store.editions import replace_checklist
from fieldops.store.engine import WRITES
from fieldops.store.files_place import blobs_for
from fieldops.store.meta import begin_epoch, epoch
from fieldops.store.opening import open_store
from fieldops.store.operations import close_operation, operation_coded
from fieldops.store.second_factor import drop_second_factor
from fieldops.store.sessions import forget_attempts
from fieldops.store.visit_papers import publish_visit_papers
from fieldops.sync.enrol import Approval, open_enrolment, this_server
from fieldops.upkeep import COMMANDS as UPKEEP
from fieldops.web.accounts import SIGN_IN, Link, NewAccount, make_link
from fieldops.web.accounts import new_officer as new_officer_row
from fieldops.web.passwords import hash_password
from fieldops.web.set_password import check_password

THREADS = 40  # more than are at work and may wait together, so that one is left to say "busy"


@click.group()
def commands() -> None:
    """Fieldops: carries a multi-agency operation from order to debrief."""


for _command in (*UPKEEP, *EVIDENCE, import_bundle):
    commands.add_command(_command)


@contextmanager
def unit_of_work(settings: Settings) -> Iterator[Session]:
    """One transaction of a command. A refusal is told in its sentence, and nothing of it is kept."""
    engine = open_store(settings)
    try:
        with Session(engine) as session:
            session.connection(execution_options=WRITES)
            yield session
            session.commit()
    except Refusal as refusal:
        raise click.ClickException(f"{refusal.sentence} ({refusal.code})") from refusal
    finally:
        engine.dispose()


@commands.command("new-epoch")
def new_epoch() -> None:
    """After a restore from an older copy: tablets then offer again what that copy does not hold."""
    with unit_of_work(Settings.from_env()) as session:
        begin_epoch(session, os.urandom)
    click.echo("A new epoch has begun.")


@commands.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the app with gunicorn."""
    threads = str(THREADS)
    where = ["--bind", f"{host}:{port}", "--workers", str(workers), "--threads", threads]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *where, "wsgi:app"])


@commands.command()
@click.argument("code")
@click.argument("name")
def agency(code: str, name: str) -> None:
    """Make an agency known, or give it another name."""
    with unit_of_work(Settings.from_env()) as session:
        put_agency(session, AgencyCode(code), name)


@commands.command("officer")
@click.argument("username")
@click.argument("name")
@click.argument("agency_code")
@click.option("--administrator", is_flag=True, help="Keeps the accounts of all agencies, opens operations.")
@click.option("--agency-administrator", is_flag=True, help="Keeps the accounts of the own agency.")
@click.option("--password", help="Set this password instead of making a one-time link.")
def new_officer(username: str, name: str, agency_code: str, password: str | None, **keeps: bool) -> None:
    """Open an account, and make a one-time link by which its owner sets the password."""
    settings, at = Settings.from_env(), datetime.now(UTC)
    new = NewAccount(username=username, name=name, agency=AgencyCode(agency_code), **keeps)
    with unit_of_work(settings) as session:
        opened = new_officer_row(session, new)
        write_down(session, opened.id, Deed.OPENED, None, at)
        link = None if password else make_link(session, opened, None, at, settings)
        if password:
            check_password(session, opened, password, settings)
            set_password(session, opened.id, hash_password(password))
    click.echo(link_words(link) if link else f"{name} may sign in as {username.lower()}.")


@commands.command("link")
@click.argument("username")
@click.option("--reset-second-factor", is_flag=True, help="The password alone signs in until one is added.")
def new_link(username: str, reset_second_factor: bool) -> None:
    """Make a one-time link by which an officer sets a password anew, and lift their lock."""
    settings, at = Settings.from_env(), datetime.now(UTC)
    with unit_of_work(settings) as session:
        owner = _officer(session, username)
        forget_attempts(session, SIGN_IN, owner.username, settings.sign_in_by_account, at)
        if reset_second_factor:
            drop_second_factor(session, owner.id)
            write_down(session, owner.id, Deed.FACTOR_RESET, None, at)
        link = make_link(session, owner, None, at, settings)
    click.echo(link_words(link))


def link_words(link: Link) -> str:
    """A one-time link, for whoever types commands: they know by which name the server is reached."""
    return (
        f"{link.officer.name} sets a password at /desk/set-password?code={link.code} of this server,\n"
        f"and then signs in as {link.officer.username}. Shown this once; "
        f"good until {link.expires.isoformat(timespec='seconds')}."
    )


@commands.command("role")
@click.argument("operation_code")
@click.argument("username")
@click.argument("role", type=click.Choice([one.value for one in GIVEN_ROLES]))
@click.option("--take", is_flag=True, help="Take the role away instead, from the next request on.")
def new_role(operation_code: str, username: str, role: str, take: bool) -> None:
    """Give an officer a role on an operation. Tablets are told who leads it by the papers of their visits."""
    change = take_role if take else give_role
    with unit_of_work(Settings.from_env()) as session:
        operation = _operation(session, operation_code).id
        holder = _officer(session, username).id
        change(session, operation, holder, Role(role))
        deed = Deed.ROLE_TAKEN if take else Deed.ROLE_GIVEN
        write_down(session, holder, deed, None, datetime.now(UTC), f"{operation_code}: {role}")
        publish_visit_papers(session, operation)


@commands.command()
def policy() -> None:
    """Print who may do and see what, by the rules and the demo's agreement."""
    click.echo(policy_page(), nl=False)


@commands.command("checklist")
@click.argument("operation_code")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def new_checklist(operation_code: str, file: Path) -> None:
    """Run an operation by the edition of the checklist in FILE. Visits that have begun stay with theirs."""
    with unit_of_work(Settings.from_env()) as session:
        serving = _operation(session, operation_code)
        stay, take = replace_checklist(session, serving.id, publish_edition(session, serving, file))
    click.echo(f"Visits that stay with the edition they began with: {stay}. That take this one: {take}.")


@commands.command("look-rules")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def new_look_rules(file: Path) -> None:
    """Have the access log run by the rules in FILE, for every operation from now on."""
    with unit_of_work(Settings.from_env()) as session:
        publish_look_rules(session, file)


@commands.command()
@click.argument("operation_code")
def close(operation_code: str) -> None:
    """Note that an operation is over. What was recorded stays readable to those who may read it."""
    with unit_of_work(Settings.from_env()) as session:
        close_operation(session, _operation(session, operation_code).id, datetime.now(UTC))


@commands.command("leave")
@click.argument("username")
def leave(username: str) -> None:
    """An officer has left: from their next request on they read nothing."""
    with unit_of_work(Settings.from_env()) as session:
        gone, at = _officer(session, username).id, datetime.now(UTC)
        deactivate(session, gone, at)
        write_down(session, gone, Deed.ENDED, None, at)


@commands.command()
@click.argument("operation_code")
@click.argument("username")
@click.option("--by", "approver", required=True, help="Username of the person who approves it.")
@click.option(
    "--tablet", type=int, help="Number of a tablet in use, which they share. Default: a new tablet."
)
def enrol(operation_code: str, username: str, approver: str, tablet: int | None) -> None:
    """Make a one-time code by which an officer enrols a tablet."""
    settings = Settings.from_env()
    with unit_of_work(settings) as session:
        serving = _operation(session, operation_code)
        approved = Approval(
            operation=serving.id,
            officer=_officer(session, username).id,
            issued_by=_officer(session, approver).id,
            device=None if tablet is None else _tablet(session, serving, tablet),
        )
        code, expires = open_enrolment(session, approved, datetime.now(UTC), settings.enrolment_code_s)
    click.echo(f"{code}\ngood until {expires.isoformat(timespec='seconds')}")


@commands.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("day", required=False, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--code", help="Another code for the operation than the file's own.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="The first day. Default: today.")
@click.option(
    "--enact",
    type=click.Choice([one.value for one in Enact]),
    default=Enact.ALL.value,
    show_default=True,
    help="How much of the file's truth has happened; `until` needs a DAY, which is the first of the future.",
)
def demo(file: Path, day: datetime | None, code: str | None, start: datetime | None, enact: str) -> None:
    """Load an operation from FILE and let its truth happen: demo FILE --enact until 2027-02-10."""
    if (day is None) is (enact == Enact.UNTIL):
        raise click.UsageError("A DAY goes with --enact until, and only with it.")
    settings, now = Settings.from_env(), datetime.now(UTC)
    order = DemoOrder(
        file=file,
        start=start.date() if start else now.date(),
        code=code,
        enact=Enact(enact),
        until=day.date() if day else None,
    )
    with unit_of_work(settings) as session:
        server = this_server(settings, epoch(session))
        load_demo(session, order, server, now, click.echo, blobs_for(settings))


def _operation(session: Session, code: str) -> Operation:
    found = operation_coded(session, code)
    if found is None:
        raise Refusal("not_found", f"There is no operation {code}.")
    return found


def _officer(session: Session, username: str) -> Officer:
    found = officer_named(session, username)
    if found is None:
        raise Refusal("not_found", f"There is no officer {username}.")
    return found[0]


def _tablet(session: Session, serving: Operation, number: int) -> DeviceId:
    for one in devices(session, serving.id):
        if one.number == number:
            return one.id
    raise Refusal("not_found", f"There is no tablet {number} on {serving.code}.")
