"""The first page: what this is, who may sign in and what to try.

The people it lists come from a paper that only the demo data publish; without them nobody is listed.
"""

import json

from flask import Blueprint, Response

from fieldops.desk.layout import show
from fieldops.desk.start_sheet import read_welcome
from fieldops.store.published import latest
from fieldops.web.guard import open_door
from fieldops.web.looks import shows_nothing
from fieldops.web.transaction import reading

pages = Blueprint("start", __name__)


@pages.get("/")
@open_door("It says where to sign in, and nothing of any operation but the invented ones.")
@shows_nothing("It says where to sign in.")
def page() -> Response:
    with reading() as session:
        paper = latest(session, "welcome", "start")
    welcome = read_welcome(json.loads(paper)) if paper else None
    return show("desk/start.html", None, "Fieldops", welcome=welcome)
