"""Reads a request's body: bounded before and after inflating, strict JSON, then the door's schema."""

import zlib
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError

from fieldops.domain.errors import Refusal
from fieldops.domain.strict_json import read_document
from fieldops.web.installation import settings

GZIP = 16 + zlib.MAX_WBITS
SHOWN_FAULTS = 20


def read_body(schema: Schema, max_bytes: int | None = None) -> dict[str, Any]:
    """The body as the schema describes it; `max_bytes` bounds what it inflates to."""
    if request.mimetype != "application/json":
        raise Refusal("type_unknown", "Send the body as application/json.")
    limit = settings().body_bytes if max_bytes is None else max_bytes
    document = read_document(_inflated(limit), max_bytes=limit)
    try:
        loaded: dict[str, Any] = schema.load(document)  # type: ignore[arg-type]
    except ValidationError as fault:
        faults = dict(list(fault.messages_dict.items())[:SHOWN_FAULTS])
        raise Refusal("body_invalid", "Some fields do not fit.", fields=faults) from fault
    return loaded


def read_bytes(most: int) -> bytes:
    """A body of plain bytes, at most so many. One that is cut short is refused before anybody looks at it."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise Refusal("encoding_unknown", "Send these bytes plain.")
    if request.content_length is None:
        raise Refusal("body_truncated", "Say how long the body is.")
    if request.content_length > most:
        raise Refusal("body_too_large", f"The body may hold {most} bytes at most.", max_bytes=most)
    return request.get_data(cache=False)


def _inflated(limit: int) -> bytes:
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    sent = request.get_data(cache=False)
    if encoding == "identity":
        return _within(sent, limit)
    if encoding != "gzip":
        raise Refusal("encoding_unknown", "Send the body plain or as gzip.")
    inflater = zlib.decompressobj(GZIP)
    try:
        inflated = inflater.decompress(sent, limit + 1)
    except zlib.error as fault:
        raise Refusal("body_truncated", "The gzip body cannot be read.") from fault
    _within(inflated, limit)
    if not inflater.eof or inflater.unused_data:
        raise Refusal("body_truncated", "The gzip body is cut short, or has something behind it.")
    return inflated


def _within(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise Refusal("body_too_large", f"The body may hold {limit} bytes at most.", max_bytes=limit)
    return body
