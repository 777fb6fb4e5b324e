"""Published papers by their hash, and the checklists that there are."""

from flask import Blueprint, Response, jsonify
from marshmallow import Schema, fields

from fieldops.domain.errors import Refusal
from fieldops.domain.ids import PaperHash
from fieldops.domain.looks import LookKind, Shown
from fieldops.domain.who import Action, Principal, Reader
from fieldops.store.published import paper, papers_of_kind
from fieldops.store.readable import may_have, names_somebody
from fieldops.web.guard import needs
from fieldops.web.looks import looked, shows, shows_nothing
from fieldops.web.spoken import speaks
from fieldops.web.transaction import reading

PAPER = Schema.from_dict(
    {
        "kind": fields.String(required=True),
        "name": fields.String(required=True),
        "hash": fields.String(required=True),
        "size": fields.Integer(required=True),
    },
    name="Paper",
)
CHECKLISTS = Schema.from_dict(
    {"checklists": fields.List(fields.Nested(PAPER), required=True)}, name="Checklists"
)()
CHECKLIST = "checklist"
FOR_EVER = "private, max-age=31536000, immutable"  # a hash names the same bytes for ever

blueprint = Blueprint("papers", __name__, url_prefix="/api")


@blueprint.get("/papers/<name>")
@needs(Action.PAPER_READ)
@shows(LookKind.CONSULTATION)
@speaks(gives="application/json", refuses=("not_found",))
def look(who: Reader | Principal, name: str) -> Response:
    """A paper's bytes, exactly as they were published."""
    with reading() as session:
        given = may_have(session, who, PaperHash(name))
        data = paper(session, PaperHash(name)) if given else None
        looked(Shown() if names_somebody(session, PaperHash(name)) else None)
    if data is None:
        raise Refusal("not_found", "There is no such paper, or it is not for you.")
    return Response(data, mimetype="application/json", headers={"Cache-Control": FOR_EVER})


@blueprint.get("/checklists")
@needs(Action.CHECKLIST_READ)
@shows_nothing("Which editions of the checklist there are.")
@speaks(gives=CHECKLISTS)
def checklists(who: Reader | Principal) -> Response:
    """Every published edition of a checklist, the newest first."""
    with reading() as session:
        found = papers_of_kind(session, CHECKLIST)
    return jsonify(checklists=[paper_words(one.kind, one.name, one.hash, one.size) for one in found])


def paper_words(kind: str, name: str, paper_hash: str, size: int) -> dict[str, object]:
    """What a paper is, without its bytes."""
    return {"kind": kind, "name": name, "hash": paper_hash, "size": size}
