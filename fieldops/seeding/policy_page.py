"""Who may do and see what, as a page. Every cell is asked of the rules themselves, and says what they say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fieldops.domain.access import may_count, may_count_masked, may_do, may_see, withheld
from fieldops.domain.agreement import Agreement, Withheld, parse_agreement
from fieldops.domain.classes import Classes, parse_classes
from fieldops.domain.ids import AgencyCode, ClassCode, OfficerId, OperationId, VisitId, derived_id, stream_id
from fieldops.domain.who import Action, Reader, Role, Through
from fieldops.seeding.reference import read_yaml

REFERENCE = Path(__file__).resolve().parents[2] / "seeds" / "reference"
_SENT, _NOT_SENT = VisitId(derived_id("policy", "sent")), VisitId(derived_id("policy", "elsewhere"))
_INTRO = """# Who may do and see what

Made by `./run policy > docs/who-may.md` from the rules themselves; a test holds this page against them.

## What each role may do
**desk**, **tablet** or **both**: where the door opens. What somebody is then shown follows from their agency,
below.
"""
_SEEN = """
## What each agency reads in the demo's agreement
Asked for an officer of the agency at the desk. **reads**: every visit. **reads where sent**: the visits that
they are sent to. **counts**: figures over the whole operation. **masked**: figures in which small numbers are
hidden. **told**: how many answers are withheld, and nothing else. An empty cell: not even that there is
anything. An author always reads their own entries.
"""


@dataclass(frozen=True, slots=True)
class _Somebody:
    """Whoever has one role and comes one way."""

    roles: frozenset[Role]
    through: Through


def policy_page(reference: Path = REFERENCE) -> str:
    """The page, in Markdown, by the first agreement and the classes in the folder of reference data."""
    classes = parse_classes(read_yaml(reference / "classes" / "classes.yaml").value)
    agreement = parse_agreement(read_yaml(min((reference / "agreements").glob("*.yaml"))).value)
    codes = [known.code for known in classes.order]
    doing = _table(["to", *map(str, Role)], ([_words(one), *_ways(one)] for one in Action))
    seeing = _table(["agency", *codes], _agencies(agreement, codes))
    return "\n".join([_INTRO, doing, _SEEN, _legend(classes), "", seeing, "", _reserved(agreement)]) + "\n"


def _ways(action: Action) -> list[str]:
    return [_way(role, action) for role in Role]


def _way(role: Role, action: Action) -> str:
    opened = {way for way in Through if may_do(_Somebody(frozenset({role}), way), action)}
    return "both" if len(opened) == len(Through) else "".join(opened)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _agencies(agreement: Agreement, codes: Sequence[ClassCode]) -> Iterable[list[str]]:
    for agency in sorted(gateway.agency for gateway in agreement.gateways):
        reader = _reader(agreement, agency)
        yield [agency, *(_seen(reader, code) for code in codes)]


def _reader(agreement: Agreement, agency: AgencyCode) -> Reader:
    return Reader(
        officer=OfficerId(derived_id("policy", agency)),
        name="",
        agency=agency,
        operation=OperationId(derived_id("policy", "operation")),
        roles=frozenset({Role.OFFICER}),
        assigned=frozenset({_SENT}),
        signers=frozenset(),
        through=Through.DESK,
        agreement=agreement,
    )


def _seen(reader: Reader, code: ClassCode) -> str:
    if may_see(reader, stream_id(_NOT_SENT, code)):
        return "reads"
    words = ["reads where sent"] if may_see(reader, stream_id(_SENT, code)) else []
    if may_count(reader, code):
        words.append("counts")
    elif may_count_masked(reader, code):
        words.append("masked")
    if withheld(reader, stream_id(_NOT_SENT, code)) is Withheld.ANNOUNCED:
        words.append("told")
    return ", ".join(words)


def _reserved(agreement: Agreement) -> str:
    """Classes that only the holders of a role read, whatever their agency is given."""
    lines = []
    for code, role in agreement.reserved.items():
        holder = replace(_reader(agreement, agreement.controller), roles=frozenset({Role(role)}))
        assert may_see(holder, stream_id(_NOT_SENT, code))
        lines.append(f"{code} is read by those with the role *{role}* alone.")
    return "\n".join(lines)


def _legend(classes: Classes) -> str:
    return "; ".join(f"{one.code} {one.name.lower()}" for one in classes.order) + "."


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
