"""The page that checks evidence bundles, for anybody: a file that works in the browser and sends nothing."""

from flask import Blueprint, Response

from fieldops.api.tablet_app import built_file
from fieldops.web.guard import open_door
from fieldops.web.headers import NO_TYPES
from fieldops.web.looks import shows_nothing
from fieldops.web.spoken import speaks

# Its own script and style stand in the page itself, which works from a disk too: by their hashes, in a policy
# that is there too. Beside that, what a page cannot say of itself, and what it never needs.
POLICY = (
    "connect-src 'none'; frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    f"frame-ancestors 'none'; {NO_TYPES}"
)

blueprint = Blueprint("verifier", __name__)


@blueprint.get("/verify")
@open_door("The page holds no data, and a bundle that is checked on it stays on the reader's device.")
@shows_nothing("A page that is the same for everybody.")
@speaks(gives="text/html", refuses=("not_found",))
def page() -> Response:
    """The page on which anybody checks an evidence bundle."""
    answer = built_file("verify.html")
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
