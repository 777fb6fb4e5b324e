"""A desk page as somebody reads it: its words, its links and its forms, out of the HTML that was served."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.station import PASSWORD, WHY, Station, giving_reason

SILENT = frozenset({"script", "style", "head"})
CHOSEN = frozenset({"radio", "checkbox"})  # sent only where they are marked
SELF_CLOSING = frozenset({"input", "meta", "link", "br", "img", "hr", "path", "circle"})


@dataclass(slots=True)
class Seen(HTMLParser):
    """What a parser gathers of one page."""

    words: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in SELF_CLOSING:
            self.open_tags.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag == "input" and (given.get("type") not in CHOSEN or "checked" in given):
            self.fields[given.get("name", "")] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open_tags:
            while self.open_tags.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not SILENT & set(self.open_tags) and data.strip():
            self.words.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        return " ".join(self.words)


def read(response: TestResponse, status: int = 200) -> Seen:
    """The page that was answered."""
    assert response.status_code == status, response.get_data(as_text=True)[:2000]
    assert response.mimetype == "text/html"
    seen = Seen()
    seen.feed(response.get_data(as_text=True))
    return seen


@dataclass(slots=True, kw_only=True)
class Visitor:
    """Somebody at the desk in a browser without JavaScript."""

    client: FlaskClient

    def open(self, path: str, status: int = 200) -> Seen:
        return read(self.client.get(path), status)

    def send(self, path: str, *, page: str = "", **given: str) -> TestResponse:
        """Fill in the form of this page, or of another that sends to it, with every hidden field it holds."""
        hidden = self.open(page or path).fields
        return self.client.post(path, data={**hidden, **given})


def at_the_desk(station: Station, username: str, why: str = WHY) -> Visitor:
    """An officer who has signed in through the form, and says with every request why they look."""
    visitor = Visitor(client=giving_reason(station.browser(), why))
    answer = visitor.send("/desk/sign-in", username=username, password=PASSWORD)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return visitor


def every_page(code: str, premises: str) -> Iterator[str]:
    """The addresses of all pages of an operation."""
    for rest in (
        "",
        "/visits",
        f"/visits/{premises}",
        "/map",
        "/report",
        "/history",
        "/agreement",
        "/people",
    ):
        yield f"/desk/operations/{code}{rest}"
    for rest in ("/devices", "/devices/new", "/quarantine", "/bundle", "/looks", "/looks/review"):
        yield f"/desk/operations/{code}{rest}"
