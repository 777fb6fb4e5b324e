"""An authenticator app at hand: what an officer reads from their telephone, on the station's clock."""

import base64
import re
from dataclasses import dataclass

from fieldops.domain.totp import STEP_S, code_at, step_of
from tests.desk.reading import Visitor, read
from tests.support.station import PASSWORD, Clock, Station

PAGE = "/desk/account/second-factor"


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The app with its secret, and the ten recovery codes that were written down."""

    secret: bytes
    clock: Clock
    recovery: tuple[str, ...]

    def code(self) -> str:
        return code_at(self.secret, step_of(self.clock()))

    def next_code(self) -> str:
        """The code of the next half minute."""
        self.clock.forward(seconds=STEP_S)
        return self.code()


def secret_in(words: str) -> bytes:
    """The secret that a page shows to be typed in fours."""
    found = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", words)
    assert found is not None, words
    return base64.b32decode(found[0].replace(" ", ""))


def add_app(station: Station, visitor: Visitor) -> App:
    """Somebody at the desk adds an authenticator app by the forms."""
    shown = read(visitor.send(f"{PAGE}/app", page=PAGE))
    secret = secret_in(shown.text)
    sent = {"csrf_token": shown.fields["csrf_token"], "password": PASSWORD}
    sent["code"] = code_at(secret, step_of(station.clock()))
    page = read(visitor.client.post(f"{PAGE}/app/confirm", data=sent))
    codes = tuple(re.findall(r"\b[a-z2-7]{4}(?:-[a-z2-7]{4}){3}\b", page.text))
    assert len(codes) == 10
    return App(secret=secret, clock=station.clock, recovery=codes)
