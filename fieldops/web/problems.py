"""How a refusal is told over HTTP: one table gives every code its status and title (RFC 9457)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from traceback import format_tb

from flask import Flask, Response, jsonify, request
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from fieldops.domain.errors import Refusal

LOG = logging.getLogger(__name__)
RETRY_AFTER_S = 5
PROBLEMS: Mapping[str, tuple[int, str]] = {
    # who is asking
    "signed_out": (401, "Not signed in"),
    "session_expired": (401, "The session needs renewing"),
    "session_reused": (401, "The session has been ended"),
    "wrong_password": (401, "Sign-in failed"),
    "token_invalid": (401, "The token is not valid"),
    "token_expired": (401, "The token has expired"),
    "proof_failed": (401, "The proof of the key failed"),
    "csrf_failed": (403, "Not from our own page"),
    "cross_site": (403, "From another site"),
    "not_permitted": (403, "Not permitted"),
    "officer_inactive": (403, "The officer has left"),
    "device_revoked": (403, "The tablet is revoked"),
    "device_lost": (403, "The tablet was reported lost"),
    "certificate_expired": (403, "The tablet's certificate has ended"),
    "too_many_attempts": (429, "Too many attempts"),
    # enrolment
    "code_unknown": (404, "The code is not known"),
    "code_expired": (410, "The code has expired"),
    "code_used": (409, "The code has been used"),
    "code_for_another": (403, "The code is for another officer"),
    "tablet_not_approved": (403, "The code is for another tablet"),
    "own_approval": (403, "Another person must approve"),
    "key_enrolled": (409, "The key is already enrolled"),
    # accounts
    "account_not_kept": (403, "Not an account that you keep"),
    "account_ended": (409, "The account has ended"),
    "link_unknown": (404, "The link is not good"),
    "password_weak": (422, "The password cannot be chosen"),
    "factor_needed": (401, "A second factor is needed"),
    "factor_wrong": (401, "The second factor is not right"),
    "factor_due": (403, "Add a second factor first"),
    "factor_known": (409, "It is there already"),
    "own_role": (403, "Another person must change your roles"),
    # the access log
    "reason_needed": (403, "Say first why you look"),
    "log_away": (503, "The access log cannot be written"),
    # addresses that are held back
    "held_already": (409, "The addresses are held back already"),
    "hold_over": (409, "That moment has passed"),
    "radio_code_length": (422, "Not a radio code"),
    "radio_code_misheard": (422, "The radio code was misheard"),
    # what was put aside
    "nothing_waits": (404, "Nothing of this waits"),
    # the sharing agreement
    "agreement_moved": (409, "The agreement has changed"),
    "agreement_incomplete": (422, "The agreement is not complete"),
    "not_releasable": (409, "It cannot stand in the record"),
    # what was sent
    "bad_request": (400, "The request cannot be read"),
    "not_strict_json": (400, "Not strict JSON"),
    "manifest": (422, "No manifest of a file"),
    "wipe_form": (422, "No word about a wipe"),
    "wipe_done": (409, "The store is gone already"),
    "not_named": (404, "No such part is expected"),
    "chunk_hash": (422, "The part is not the one that was named"),
    "not_base64url": (400, "Not base64url"),
    "body_truncated": (400, "The body is cut short"),
    "body_invalid": (422, "The body does not fit"),
    "body_too_large": (413, "The body is too large"),
    "type_unknown": (415, "The content type is not accepted"),
    "encoding_unknown": (415, "The content encoding is not accepted"),
    "headers_too_large": (431, "The headers are too large"),
    "address_too_long": (414, "The address is too long"),
    "not_acceptable": (406, "No such form of answer"),
    "paper_malformed": (422, "The paper is malformed"),
    "bundle_malformed": (422, "Not a bundle"),
    "push_too_large": (413, "Too many entries at once"),
    "segment_statement": (422, "The segment's statement is malformed"),
    "segment_lines": (422, "The segment's lines are malformed"),
    "segment_count": (422, "The segment does not hold what it states"),
    "segment_root": (422, "The segment's root does not fit"),
    "signature": (422, "The signature does not fit"),
    "signer_unknown": (422, "The signer is not known"),
    "entry_header": (422, "The entry's header is malformed"),
    "entry_body": (422, "The entry's body is malformed"),
    "entry_body_hash": (422, "The entry's body is not the one that was signed"),
    "legal_hold": (409, "A legal hold stands"),
    "erasure_asked": (409, "The erasure has been asked for"),
    "erasure_decided": (409, "Somebody has decided about the erasure"),
    "second_person": (403, "It takes another person"),
    "person_key_missing": (500, "A key of the key store is missing"),
    "person_keys_foreign": (500, "The key store is of another secret"),
    "keys_unreadable": (422, "Not a backup of persons' keys"),
    "entry_without_body": (422, "The entry came without its body"),
    "entry_kind": (422, "The entry's kind does not fit"),
    "entry_value": (422, "The entry's value does not fit"),
    "certificate_form": (422, "The certificate is malformed"),
    "reader_key_form": (422, "The sealing key's statement is malformed"),
    "reader_key_other": (409, "Another sealing key is known"),
    "page_malformed": (422, "The page is cut short"),
    "no_names_left": (422, "The demo has no more names"),
    "truth_impossible": (422, "The demo file contradicts itself"),
    # what was asked for
    "not_found": (404, "Not found"),
    "method_not_allowed": (405, "Not a method of this address"),
    "file_not_whole": (409, "The file has not come whole yet"),
    "not_shown": (422, "The file is not shown"),
    "paper_missing": (404, "The paper is not published"),
    "enactment_rejected": (500, "The enactment was not taken in whole"),
    "agency_unknown": (422, "The agency is not known"),
    "username_taken": (409, "The username is taken"),
    "operation_exists": (409, "The code is taken"),
    "premises_exist": (409, "The code is taken"),
    "team_exists": (409, "The code is taken"),
    # the server itself
    "internal": (500, "Something is wrong at the server"),
    "busy": (503, "The server is busy"),
    "database_away": (503, "The database cannot be reached"),
    "files_away": (503, "The store of files cannot be reached"),
    "not_migrated": (503, "The database is not set up"),
    "storage_low": (503, "The server's storage is nearly full"),
    "storage_full": (507, "The server's storage is full"),
    # keeping it running
    "backup_exists": (409, "There is a backup of this name"),
    "backup_not_written": (500, "The backup cannot be written"),
    "backup_unreadable": (422, "The backup is not whole"),
    "database_unreadable": (500, "The database cannot be read"),
    "database_unsound": (500, "The database is not whole"),
    "migration_unknown": (422, "The migration is not known"),
    "newer_entries": (409, "The database holds newer entries"),
}
BY_STATUS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "body_too_large",
    414: "address_too_long",
    415: "type_unknown",
    431: "headers_too_large",
}
DISK_FULL = ("database or disk is full", "53100")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A refusal with the status and title that its code has."""

    status: int
    code: str
    title: str
    detail: str
    facts: Mapping[str, object]


def problem_of(refusal: Refusal) -> Problem:
    """The problem that a refusal is told as."""
    status, title = PROBLEMS[refusal.code]
    return Problem(
        status=status, code=refusal.code, title=title, detail=refusal.sentence, facts=refusal.facts
    )


def answer(problem: Problem) -> Response:
    """The problem as application/problem+json. A wait that is known is told as Retry-After too."""
    response = jsonify(
        type=f"/api/docs#{problem.code}",
        title=problem.title,
        status=problem.status,
        detail=problem.detail,
        code=problem.code,
        facts=dict(problem.facts),
    )
    response.status_code = problem.status
    response.content_type = "application/problem+json"
    response.headers["Cache-Control"] = "no-store"
    wait = problem.facts.get("retry_after_s")
    if isinstance(wait, int):
        response.headers["Retry-After"] = str(wait)
    return response


def init_problems(app: Flask) -> None:
    """Makes every error of the app a problem: refusals, unknown addresses, a database away, and bugs."""
    app.register_error_handler(Refusal, lambda fault: answer(problem_of(fault)))
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(DBAPIError, _of_database)
    app.register_error_handler(PoolTimeout, _of_pool)
    app.register_error_handler(Exception, _of_bug)


def _of_http(fault: HTTPException) -> Response:
    """Werkzeug's own refusals. A redirect is none, and goes as it is."""
    if fault.code is None or fault.code < 400:
        return Response(fault.get_response().get_data(), fault.code, fault.get_headers())
    code = BY_STATUS.get(fault.code, "bad_request" if fault.code < 500 else "internal")
    response = answer(problem_of(Refusal(code, PROBLEMS[code][1] + ".")))
    for name in ("Allow", "Retry-After"):
        told = dict(fault.get_headers()).get(name)
        if told is not None:
            response.headers[name] = told
    return response


def _of_pool(fault: PoolTimeout) -> Response:
    return answer(problem_of(_away()))


def _of_database(fault: DBAPIError) -> Response:
    """A database that is away or busy comes back; a full disk resumes by itself; a value that none takes is
    its sender's fault; the rest is a bug."""
    told = f"{fault.orig} {getattr(fault.orig, 'sqlstate', '')}"
    if any(sign in told for sign in DISK_FULL):
        return answer(problem_of(Refusal("storage_full", "The server cannot store more at the moment.")))
    if isinstance(fault, OperationalError) or fault.connection_invalidated:
        return answer(problem_of(_away()))
    if isinstance(fault, DataError):  # such as a NUL, which PostgreSQL keeps in no text
        return answer(problem_of(Refusal("bad_request", "What was sent holds what cannot be kept.")))
    return _of_bug(fault)


def _of_bug(fault: Exception) -> Response:
    """A bug. The log tells its place and kind, not its message, which may hold what somebody said."""
    places = "".join(format_tb(fault.__traceback__))
    LOG.error("%s at %s %s\n%s", type(fault).__qualname__, request.method, request.endpoint, places)
    return answer(problem_of(Refusal("internal", PROBLEMS["internal"][1] + ".")))


def _away() -> Refusal:
    return Refusal("database_away", "The database cannot be reached just now.", retry_after_s=RETRY_AFTER_S)
