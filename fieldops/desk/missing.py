"""Addresses under the desk that lead nowhere get a page, and say nothing of what exists."""

from flask import Blueprint, Response

from fieldops.desk.layout import show
from fieldops.web.guard import open_door
from fieldops.web.looks import shows_nothing

pages = Blueprint("missing", __name__, url_prefix="/desk")


@pages.get("/", defaults={"rest": ""})
@pages.get("/<path:rest>")
@open_door("It tells everybody the same: that there is no such page.")
@shows_nothing("It says that there is no such page.")
def page(rest: str) -> Response:
    return show("desk/missing.html", None, "Page not found", 404)
