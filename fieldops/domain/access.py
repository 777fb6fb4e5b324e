"""Who may see and do what: the one place where a role, an agency or a class of data is compared.

Every rule here reads the sharing agreement; none of them knows an agency or a class by name.
"""

from collections.abc import Container, Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldops.domain.agreement import Agreement, Level, Scope, Terms, Withheld
from fieldops.domain.author import Author
from fieldops.domain.classes import Classes
from fieldops.domain.ids import (
    AgencyCode,
    ClassCode,
    OfficerId,
    SignerId,
    StreamId,
    VisitId,
    class_of_stream,
    scope_of,
    stream_id,
)
from fieldops.domain.intelligence import Graded
from fieldops.domain.look_rules import LookRules, Purpose
from fieldops.domain.people import Officer
from fieldops.domain.role_table import (
    ANYBODY_SIGNED_IN,
    AT_THE_DESK,
    AT_THE_TABLET,
    BEFORE_FACTOR,
    COMMAND,
    MAY,
    SERVING,
)
from fieldops.domain.who import Action, Actor, Principal, Reader, Role, Through

A_RECORD = "it is a record"
NO_ASSIGNMENT = "you have no assignment there"
EVERYBODY = "everybody"


def may_do(actor: Actor, action: Action) -> bool:
    """Whether a door that asks for `action` opens for this person, here."""
    doors = AT_THE_TABLET if actor.through is Through.TABLET else AT_THE_DESK
    if action not in doors:
        return False
    return action in ANYBODY_SIGNED_IN or bool(actor.roles & MAY[action])


def factor_due(actor: Actor, action: Action, elsewhere: frozenset[Role], needing: Container[str]) -> bool:
    """Whether a second factor comes first: where one of the roles that somebody holds, here or elsewhere,
    needs one. Their own account stays open, for there they add it."""
    held = actor.roles | elsewhere
    needed = EVERYBODY in needing or any(role.value in needing for role in held)
    return needed and action not in BEFORE_FACTOR


def role_names(said: Iterable[str]) -> frozenset[str]:
    """What an installation says of whom a second factor is needed; raises ValueError for what is no role."""
    return frozenset(one if one == EVERYBODY else Role(one).value for one in said)


def may_read_account(keeper: Principal, account: Officer) -> bool:
    """Whether this account exists for them: to an agency's administrator those of the own agency alone do."""
    return keeper.administrator or (keeper.agency_administrator and keeper.agency == account.agency)


def may_keep_account(keeper: Principal, account: Officer) -> bool:
    """Whether they may end, open and reset it. Nobody keeps their own; whoever keeps an administrator's could
    become one, so only an administrator does."""
    own = keeper.officer == account.id
    above = account.administrator and not keeper.administrator
    return may_read_account(keeper, account) and not own and not above


def may_appoint(keeper: Principal) -> bool:
    """Whether they say who keeps an agency's accounts, and may open one at any agency."""
    return keeper.administrator


def may_give_role(reader: Reader, officer: OfficerId, role: Role) -> bool:
    """Whether they may give this role to this officer, or take it. Nobody changes their own."""
    return may_do(reader, Action.ROLE_GIVE) and reader.officer != officer and role in SERVING


def serves(roles: frozenset[Role]) -> bool:
    """Whether somebody with these roles takes part in an operation; an administrator alone does not."""
    return bool(roles & SERVING)


def commands(roles: frozenset[Role]) -> bool:
    """Whether somebody with these roles follows every visit, so that their own tablet holds them all."""
    return bool(roles & COMMAND)


def may_see(reader: Reader, stream: StreamId) -> bool:
    """Whether the whole stream is open to the reader. Their own logs in it are open in any case."""
    scope, class_code = scope_of(stream), class_of_stream(stream)
    if not reader.roles & SERVING or not _within_reach(reader, scope):
        return False
    role = reader.agreement.reserved.get(class_code)
    if role is not None:
        return role in reader.roles
    terms = reader.agreement.given(reader.agency, class_code)
    return _opens(reader.agreement, class_code, terms) and _in_scope(reader, scope, terms)


def may_see_log(reader: Reader, stream: StreamId, signer: SignerId) -> bool:
    """As `may_see`, and an author always reads what they themselves have written."""
    return signer in reader.signers or may_see(reader, stream)


def unseen(reader: Reader, scope: str, classes: Classes) -> frozenset[str]:
    """The questions of a visit of whose answers some are not given to the reader, apart from their own.

    One closed option is enough: where nothing is shown, calling the question missing would tell which it was.
    """
    return frozenset(
        question
        for question in classes.questions
        if not all(may_see(reader, stream_id(scope, code)) for code in classes.holding(question))
    )


def withheld(reader: Reader, stream: StreamId) -> Withheld | None:
    """How a stream that is closed to the reader shows; None when it is open."""
    if may_see(reader, stream):
        return None
    scope, class_code = scope_of(stream), class_of_stream(stream)
    if not reader.roles & SERVING or not _within_reach(reader, scope):
        return Withheld.HIDDEN
    return reader.agreement.given(reader.agency, class_code).withheld


def may_count(reader: Reader, class_code: ClassCode) -> bool:
    """Whether figures over the whole operation that rest on this class may be shown to the reader."""
    return _counted_at(reader, class_code, (Level.FULL, Level.PSEUDONYM, Level.COUNTS))


def may_count_masked(reader: Reader, class_code: ClassCode) -> bool:
    """As `may_count`, for a page that masks every small number; only such a page may ask this."""
    return may_count(reader, class_code) or _counted_at(reader, class_code, (Level.SUPPRESSED,))


def promises_no_names(terms: Terms) -> bool:
    """Whether what is given is promised by worker label alone: only a class that names nobody may be so."""
    return terms.level is Level.PSEUDONYM


def names_officer(reader: Reader, agency: AgencyCode) -> bool:
    """Whether the reader is told the names of that agency's officers; if not, the agency alone stands there.
    Those on the roster of a tablet know each other."""
    if reader.through is Through.TABLET or agency == reader.agency:
        return True
    terms = reader.agreement.given(reader.agency, reader.agreement.officer_details)
    return terms.level is Level.FULL


def may_read_premises(reader: Reader) -> bool:
    """Whether the reader is told address, company number and position; the name goes to all who serve.
    Somebody sent to a visit needs to find it, whatever their agency is otherwise given."""
    if reader.through is Through.TABLET:
        return True
    terms = reader.agreement.given(reader.agency, reader.agreement.premises_details)
    return bool(reader.roles) and terms.level is Level.FULL


def may_read_held(reader: Reader) -> bool:
    """Whether the reader is told addresses that are held back: the command alone, which plans by them."""
    return bool(reader.roles & COMMAND)


def may_read_plan(reader: Reader, visit: VisitId | None = None) -> bool:
    """Whether the reader is told when a visit is, who goes, and what is expected there. Without a visit: what
    belongs to none, such as teams. Off-site partners read business records and not where officers will be."""
    given_as = reader.agreement.plan_details
    opened = may_see(reader, stream_id(visit or reader.operation, given_as))
    whole = reader.agreement.given(reader.agency, given_as).scope is Scope.OPERATION
    return may_do(reader, Action.OPERATION_PLAN) or (opened and (whole or visit is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRight:
    """Who may write a field: agencies by code, or the marks for anybody and for the visit's lead."""

    agencies: frozenset[str]
    anybody: bool


def may_write(author: Author, right: WriteRight) -> bool:
    """Whether the author's word on a field may replace another's. A visit's lead may always write."""
    return author.visit_lead or right.anybody or author.agency in right.agencies


def may_rule(author: Author, right: WriteRight) -> bool:
    """Whether the author may decide between rivals: whoever may write the field, or the operation's lead."""
    return author.operation_lead or may_write(author, right)


def may_decide(author: Author, deciders: frozenset[str]) -> bool:
    """Whether what the author writes down as decided counts: they are of an agency that data names for it."""
    return author.agency in deciders


def may_decide_about(reader: Reader, signer: SignerId) -> bool:
    """Whether the reader may decide about what this key signed. Nobody decides about their own entries."""
    return signer not in reader.signers


def may_second(officer: OfficerId, first: OfficerId) -> bool:
    """Whether an officer may be the second person whom a step needs that takes two."""
    return officer != first


def may_read_item(reader: Reader, author: Author, item: Graded) -> bool:
    """Whether an item in an open stream may be shown: some go to one agency and their author's alone."""
    return item.only is None or reader.agency in (item.only, author.agency)


def words_given(reader: Reader, author: Author, item: Graded) -> str | None:
    """What of an item stands in a copy that this reader takes away, if anything. Its agency has it whole."""
    if reader.agency == author.agency:
        return item.text
    goes_on = may_read_item(reader, author, item) and not item.no_further
    return (item.sanitised or item.text) if goes_on else None


def same_hand(author: Author, other: Author) -> bool:
    """Whether both entries are one officer's, on whatever tablet: one's own word may always be taken back."""
    return author.officer == other.officer


def in_its_time(agreement: Agreement, starts: datetime, minutes: int, at: datetime) -> bool:
    """Whether a planned visit is on its team's tablets at this moment; the command's hold every visit."""
    closes = timedelta(minutes=minutes, hours=agreement.visit_hours_after)
    return -timedelta(hours=agreement.visit_hours_before) <= at - starts <= closes


def purpose_of(actor: Reader | Principal | None, visits: Iterable[VisitId], rules: LookRules) -> Purpose:
    """Why somebody looks at these visits, by the first published purpose that fits what they are."""
    wanted = frozenset(visits)
    sent = isinstance(actor, Reader) and bool(wanted) and wanted <= actor.assigned
    roles = frozenset() if actor is None else actor.roles
    fits = (one for one in rules.purposes if (one.assigned and sent) or one.roles & roles)
    return next(fits, rules.otherwise)


def has_colleague(agency: AgencyCode | None, sent: Set[AgencyCode]) -> bool:
    """Whether somebody of the same agency is among those who were sent."""
    return agency in sent


def asks_reason(
    actor: Reader | Principal, purpose: Purpose, shown: frozenset[ClassCode], rules: LookRules
) -> str:
    """For which class, or want of an assignment, a reason is asked before a record is shown; empty for none.
    On a tablet nobody is asked: it holds what its officer is sent to, and nothing else."""
    if actor.through is Through.TABLET or not shown:
        return ""
    if rules.reasons is None:
        return A_RECORD
    marked = sorted({rules.reasons[code] for code in shown if code in rules.reasons})
    return "; ".join(marked) if marked else "" if purpose.covers else NO_ASSIGNMENT


def _within_reach(reader: Reader, scope: str) -> bool:
    """Tablets read the visits that they hold, and the operation itself; a desk reads them all."""
    if reader.through is Through.DESK or scope == reader.operation:
        return True
    return scope in reader.assigned or scope in reader.commanded


def _opens(agreement: Agreement, class_code: ClassCode, terms: Terms) -> bool:
    if terms.level in (Level.FULL, Level.PSEUDONYM):
        return True
    return terms.level is Level.COUNTS and class_code in agreement.open_at_counts


def _in_scope(reader: Reader, scope: str, terms: Terms) -> bool:
    if terms.scope is Scope.OPERATION or scope == reader.operation:
        return True
    return scope in reader.assigned


def _counted_at(reader: Reader, class_code: ClassCode, levels: tuple[Level, ...]) -> bool:
    if not reader.roles & SERVING:
        return False
    terms = reader.agreement.given(reader.agency, class_code)
    return terms.level in levels and terms.scope is Scope.OPERATION
