"""A reference tablet that reaches a real server over HTTP, one connection for each request."""

import json
from http.client import HTTPConnection, HTTPException

from fieldops.sync import keys
from fieldops.sync.tablet import Door, Tablet

PATIENCE_S = 60


class NoAnswer(Exception):
    """The connection failed, or the answer came not whole, or was not a 200: then `said` tells which."""

    def __init__(self, detail: str, said: tuple[int, str | None] | None = None) -> None:
        """`said` is the status and the Retry-After of an answer that came whole."""
        super().__init__(detail)
        self.said = said


class Line:
    """A tablet's way to the server at a port. The token is fetched by the nonce that the key signs."""

    def __init__(self, tablet: Tablet, port: int) -> None:
        """Nothing is asked yet."""
        self.tablet, self.port, self.token = tablet, port, ""

    def ask(self, door: Door, body: bytes) -> bytes:
        """One request; the token is fetched at the first. Raises NoAnswer."""
        return self._post(f"/api/sync/{door}", body, self._bearer())

    def need(self, body: bytes) -> bytes:
        """The question what is needed of files."""
        return self._post("/api/sync/need", body, self._bearer())

    def put(self, manifest: str, n: int, data: bytes) -> None:
        """Hand in one chunk."""
        kind = {"Content-Type": "application/octet-stream"}
        self._send("PUT", f"/api/sync/attachments/{manifest}/{n}", data, self._bearer() | kind)

    def _bearer(self) -> dict[str, str]:
        if not self.token:
            self.token = self._sign_in()
        return {"Authorization": f"Bearer {self.token}"}

    def _sign_in(self) -> str:
        signer = self.tablet.signer
        asked = json.dumps({"signer": signer}).encode()
        nonce = json.loads(self._post("/api/tablet/nonce", asked, {}))["nonce"]
        proof = keys.encode(keys.sign(self.tablet.key, b"fieldops/token/1\n" + nonce.encode()))
        asked = json.dumps({"signer": signer, "nonce": nonce, "signature": proof}).encode()
        token: str = json.loads(self._post("/api/tablet/token", asked, {}))["token"]
        return token

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        return self._send("POST", path, body, {"Content-Type": "application/json", **headers})

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        said = {"Connection": "close", **headers}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body, said)
            answer = connection.getresponse()
            data = answer.read()
        except (OSError, HTTPException) as fault:
            raise NoAnswer(str(fault)) from fault
        finally:
            connection.close()
        if answer.status != 204 and answer.getheader("Content-Length") != str(len(data)):
            raise NoAnswer("cut short")
        if answer.status not in (200, 204):
            raise NoAnswer(f"{data[:200]!r}", (answer.status, answer.getheader("Retry-After")))
        return data
