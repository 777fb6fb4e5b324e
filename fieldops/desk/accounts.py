"""The accounts that somebody keeps: an agency's own, or all. What is not theirs is not there."""

from collections.abc import Mapping

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from fieldops.desk.accounts_sheet import (
    account_lines,
    done_lines,
    factor_words,
    keeps_words,
    new_account_faults,
    state_words,
)
from fieldops.desk.forms import Fault, fault_of, faults_summary
from fieldops.desk.layout import onward, show
from fieldops.desk.words import count, moment
from fieldops.domain.access import may_appoint, may_keep_account
from fieldops.domain.errors import Refusal
from fieldops.domain.ids import AgencyCode
from fieldops.domain.who import Action, Principal
from fieldops.store.accounts import accounts, history
from fieldops.store.directory import agencies
from fieldops.web.accounts import (
    Change,
    Link,
    NewAccount,
    change_account,
    link_for,
    locks,
    open_account,
    read_account,
)
from fieldops.web.guard import needs, nothing_here
from fieldops.web.installation import now
from fieldops.web.looks import ACCOUNTS_APART, shows_nothing
from fieldops.web.problems import problem_of
from fieldops.web.second_factor import standing
from fieldops.web.session import csrf_token
from fieldops.web.transaction import reading, transaction

pages = Blueprint("accounts", __name__, url_prefix="/desk/accounts")


@pages.get("")
@needs(Action.ACCOUNT_KEEP)
@shows_nothing(ACCOUNTS_APART)
def listing(who: Principal) -> Response:
    wanted = request.args.get("q", "")
    with reading() as session:
        kept = accounts(session, _agency(who))
        locked = locks(session, [one.officer for one in kept])
        lines = account_lines(kept, locked, _named(session), wanted, now())
    return show("desk/accounts.html", who, "Accounts", lines=lines, wanted=wanted, total=len(kept))


@pages.get("/new")
@needs(Action.ACCOUNT_KEEP)
@shows_nothing(ACCOUNTS_APART)
def ask(who: Principal) -> Response:
    return _ask(who, ())


@pages.post("/new")
@needs(Action.ACCOUNT_KEEP)
@shows_nothing(ACCOUNTS_APART)
def add(who: Principal) -> Response:
    """Open an account and show its one-time link, this once."""
    form = request.form
    agency = form.get("agency", "") if may_appoint(who) else who.agency
    username, name = form.get("username", "").strip(), form.get("name", "").strip()
    faults = new_account_faults(username, name, agency)
    if faults:
        return _ask(who, faults)
    new = NewAccount(username=username, name=name, agency=AgencyCode(agency))
    try:
        with transaction() as session:
            link = open_account(session, who, new)
    except Refusal as refusal:
        field = "agency" if refusal.code == "agency_unknown" else "username"
        return _ask(who, (Fault(field=field, text=refusal.sentence),), problem_of(refusal).status)
    return _show_link(who, link)


@pages.get("/<officer_id>")
@needs(Action.ACCOUNT_KEEP)
@shows_nothing(ACCOUNTS_APART)
def page(who: Principal, officer_id: str) -> Response:
    at = now()
    with reading() as session:
        owner = read_account(session, who, officer_id)
        account = next(one for one in accounts(session, owner.agency) if one.officer.id == owner.id)
        until = locks(session, [owner]).get(owner.username)
        done, named = history(session, owner.id), _named(session)
        factor = standing(session, owner.id)
    return show(
        "desk/account_kept.html",
        who,
        owner.name,
        owner=owner,
        agency=named.get(owner.agency, owner.agency),
        keeps=keeps_words(owner),
        state=state_words(account, until, at),
        locked=until is not None,
        factor=factor_words(factor),
        has_factor=factor.has,
        last=None if account.last_signed_in is None else moment(account.last_signed_in, beside=at),
        lines=done_lines(done, at),
        mine=may_keep_account(who, owner),
        appoints=may_appoint(who),
        account=account,
        csrf=csrf_token(),
        changed=request.args.get("changed", "") in set(Change),
    )


@pages.post("/<officer_id>/link")
@needs(Action.ACCOUNT_KEEP)
@shows_nothing(ACCOUNTS_APART)
def link(who: Principal, officer_id: str) -> Response:
    """Make a one-time link by which the account's owner sets a password."""
    with transaction() as session:
        made = link_for(session, who, officer_id)
    return _show_link(who, made)


@pages.post("/<officer_id>/<change>")
@needs(Action.ACCOUNT_KEEP)
@shows_nothing(ACCOUNTS_APART)
def alter(who: Principal, officer_id: str, change: str) -> Response:
    """One change to an account, by its button."""
    if change not in set(Change):
        raise nothing_here()
    with transaction() as session:
        change_account(session, who, officer_id, Change(change))
    return onward(url_for("desk.accounts.page", officer_id=officer_id, changed=change))


def _agency(who: Principal) -> AgencyCode | None:
    """Whose accounts are listed: None for those of all agencies."""
    return None if may_appoint(who) else who.agency


def _named(session: Session) -> Mapping[AgencyCode, str]:
    return {one.code: one.name for one in agencies(session)}


def _ask(who: Principal, faults: tuple[Fault, ...], status: int = 400) -> Response:
    with reading() as session:
        named = _named(session)
    return show(
        "desk/account_new.html",
        who,
        "Open an account" if not faults else "Error: Open an account",
        status if faults else 200,
        csrf=csrf_token(),
        agencies=named if may_appoint(who) else {},
        own_agency=named.get(who.agency, who.agency),
        given=request.form,
        summary=faults_summary(faults),
        name_fault=fault_of(faults, "name"),
        username_fault=fault_of(faults, "username"),
        agency_fault=fault_of(faults, "agency"),
    )


def _show_link(who: Principal, made: Link) -> Response:
    hours = round((made.expires - now()).total_seconds() / 3600)
    return show(
        "desk/account_link.html",
        who,
        f"One-time link for {made.officer.name}",
        owner=made.officer,
        code=made.code,
        address=url_for("desk.set_password.page", code=made.code, _external=True),
        expires=f"{moment(made.expires, beside=now()).text} ({count(hours, 'hour')})",
    )
