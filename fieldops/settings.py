"""Everything that differs from one installation to the next. No other file reads the environment.

Secrets are 32 random bytes each: given by the environment, or made once and kept 0600 in the data folder.
"""

import base64
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

SECRET_BYTES = 32
LEAST_KINDS = 16  # different bytes in a secret; chance never gives fewer
LEAST_TOKEN_CHARS = 16
MIB = 1024 * 1024
OFFERED, REQUIRED, EVERYBODY = "offered", "required", "everybody"
TOKEN_SECRET_FILE, SERVER_KEY_FILE = "token.secret", "server-key.secret"
HERE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """At most `attempts` in each window of `window_s` seconds."""

    attempts: int
    window_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A place in an S3 service, and who we are there."""

    name: str
    prefix: str  # of every name in it: empty, or with a slash at its end
    endpoint: str | None  # None: the region's own at AWS
    region: str
    key_id: str
    secret: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One installation. Lengths of time are in seconds, sizes in bytes."""

    database_url: str
    data_folder: Path
    tablet_app_folder: Path
    token_secret: bytes  # signs the short tokens
    server_key_seed: bytes  # the P-256 key that signs certificates is derived from it
    secure_cookies: bool
    person_keys_url: str = ""  # the database of persons' keys; none given: see `keys_url`
    hosts: tuple[str, ...] = ()  # names by which the server may be asked for; none given: any
    demo: bool = False  # accounts of a demo, whose passwords the start page shows, may be served to the world
    metrics_token: str = ""  # what a monitor shows to read /metrics; none given: nobody reads them
    bucket: Bucket | None = None  # where the chunks of attached files lie; None: in the data folder
    files_bytes: int = 0  # the most bytes of attached files for one operation; 0: as the disk allows
    least_free_bytes: int = 200 * MIB  # with less free disk the server says that it is not ready
    low_free_bytes: int = 2048 * MIB  # with less free disk the desk warns
    checkpoint_s: int = 300  # a checkpoint that lacks something and is older is followed by another
    desk_witness_s: int = 60  # a browser at the desk that keeps checkpoints asks for one at most so often
    at_once: int = 8  # requests that a process works on; PostgreSQL is asked by twice as many at most
    waiting: int = 16  # requests that may wait for that; whoever comes beyond is told when to try again
    patience_s: int = 5  # how long a request waits before it is told the same
    silent_hours: int = 12  # a tablet not heard of for longer is called silent
    proxies: int = 0  # trusted reverse proxies in front, whose forwarded headers are believed
    access_token_s: int = 15 * 60
    refresh_token_s: int = 12 * 3600
    refresh_grace_s: int = 20  # two tabs that renew at one moment are not a thief
    tablet_token_s: int = 10 * 60
    nonce_s: int = 120
    enrolment_code_s: int = 10 * 60
    half_signed_in_s: int = 10 * 60  # between the password and the second factor
    second_factor: tuple[str, ...] = ()  # the roles that need one, or EVERYBODY
    set_link_s: int = 8 * 3600  # a one-time link by which somebody sets their password
    common_passwords: Path = HERE / "seeds" / "reference" / "passwords" / "common.txt"
    certificate_days: int = 365
    body_bytes: int = 256 * 1024
    sign_in_by_account: RateLimit = RateLimit(attempts=10, window_s=300)
    sign_in_by_address: RateLimit = RateLimit(attempts=60, window_s=300)
    factor_by_officer: RateLimit = RateLimit(attempts=10, window_s=300)
    set_link_by_address: RateLimit = RateLimit(attempts=60, window_s=300)
    enrol_by_address: RateLimit = RateLimit(attempts=60, window_s=300)
    witness_by_officer: RateLimit = RateLimit(attempts=60, window_s=300)
    nonce_by_signer: RateLimit = RateLimit(attempts=120, window_s=300)
    bundle_by_address: RateLimit = RateLimit(attempts=120, window_s=300)

    @property
    def keys_url(self) -> str:
        """The database of persons' keys: apart from the ledger on SQLite, a table beside it on PostgreSQL."""
        beside = f"sqlite:///{self.data_folder / 'person-keys.db'}"
        on_sqlite = self.database_url.startswith("sqlite")
        return self.person_keys_url or (beside if on_sqlite else self.database_url)

    @property
    def blobs_folder(self) -> Path:
        """Where the chunks of attached files lie, unless a bucket is named."""
        return self.data_folder / "blobs"

    @property
    def views_folder(self) -> Path:
        """Where pictures that were made to look at lie; they can be made again."""
        return self.data_folder / "views"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Settings of this process. A first start makes the data folder and the secrets in it."""
        given = os.environ if environ is None else environ
        folder = Path(given.get("FIELDOPS_DATA", str(HERE / "instance"))).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        made = cls(
            database_url=_database_url(given.get("DATABASE_URL", f"sqlite:///{folder / 'fieldops.db'}")),
            data_folder=folder,
            tablet_app_folder=Path(given.get("FIELDOPS_TABLET_APP", str(HERE / "offline_client" / "dist"))),
            token_secret=_secret(given, "FIELDOPS_TOKEN_SECRET", folder / TOKEN_SECRET_FILE),
            server_key_seed=_secret(given, "FIELDOPS_SERVER_KEY", folder / SERVER_KEY_FILE),
            person_keys_url=_database_url(given.get("FIELDOPS_KEYS_URL", "")),
            secure_cookies=given.get("FIELDOPS_SECURE_COOKIES", "yes") != "no",
            hosts=tuple(given.get("FIELDOPS_HOSTS", "").replace(",", " ").split()),
            demo=given.get("FIELDOPS_DEMO", "no") == "yes",
            metrics_token=given.get("FIELDOPS_METRICS_TOKEN", ""),
            bucket=_bucket(given),
            files_bytes=int(given.get("FIELDOPS_FILES_MB", "0")) * MIB,
            least_free_bytes=int(given.get("FIELDOPS_LEAST_FREE_MB", "200")) * MIB,
            low_free_bytes=int(given.get("FIELDOPS_LOW_FREE_MB", "2048")) * MIB,
            checkpoint_s=int(given.get("FIELDOPS_CHECKPOINT_S", "300")),
            at_once=int(given.get("FIELDOPS_AT_ONCE", "8")),
            waiting=int(given.get("FIELDOPS_WAITING", "16")),
            second_factor=_needing_factor(given.get("FIELDOPS_SECOND_FACTOR", OFFERED)),
            silent_hours=int(given.get("FIELDOPS_SILENT_HOURS", "12")),
            proxies=int(given.get("FIELDOPS_PROXIES", "0")),
            access_token_s=int(given.get("FIELDOPS_ACCESS_TOKEN_S", "900")),
            refresh_token_s=int(given.get("FIELDOPS_REFRESH_TOKEN_S", "43200")),
        )
        if made.secure_cookies:
            _demand_secrets_of_its_own(made)
        return made


def _demand_secrets_of_its_own(made: Settings) -> None:
    """Only http://localhost may go on with a secret that could be guessed, or that stands for two things."""
    for name, secret in (
        ("FIELDOPS_TOKEN_SECRET", made.token_secret),
        ("FIELDOPS_SERVER_KEY", made.server_key_seed),
    ):
        if not _was_drawn(secret):
            raise ValueError(
                f"{name} was not drawn by chance: give {SECRET_BYTES} random bytes, as base64url"
            )
    if made.token_secret == made.server_key_seed:
        raise ValueError("FIELDOPS_TOKEN_SECRET and FIELDOPS_SERVER_KEY must be two secrets")
    if made.metrics_token and len(made.metrics_token) < LEAST_TOKEN_CHARS:
        raise ValueError(f"FIELDOPS_METRICS_TOKEN must have at least {LEAST_TOKEN_CHARS} characters")


def _was_drawn(secret: bytes) -> bool:
    """Whether bytes look drawn by chance: of many kinds, in no even steps, and no text."""
    steps = {(after - before) % 256 for before, after in pairwise(secret)}
    return len(set(secret)) >= LEAST_KINDS and len(steps) > 1 and not secret.isascii()


def _database_url(url: str) -> str:
    """The address with its driver named, so that a plain `postgresql://` finds the one we install."""
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _bucket(given: Mapping[str, str]) -> Bucket | None:
    """The bucket that FIELDOPS_BLOBS names. A place that cannot be meant stops the start, not an upload."""
    place = given.get("FIELDOPS_BLOBS", "")
    if not place:
        return None
    name, _, prefix = place.removeprefix("s3://").strip("/").partition("/")
    if not (place.startswith("s3://") and name):
        raise ValueError("FIELDOPS_BLOBS must be s3://BUCKET or s3://BUCKET/PREFIX")
    return Bucket(
        name=name,
        prefix=f"{prefix}/" if prefix else "",
        endpoint=given.get("FIELDOPS_S3_ENDPOINT"),
        region=given.get("FIELDOPS_S3_REGION", "us-east-1"),
        key_id=_needed(given, "AWS_ACCESS_KEY_ID"),
        secret=_needed(given, "AWS_SECRET_ACCESS_KEY"),
        session_token=given.get("AWS_SESSION_TOKEN"),
    )


def _needing_factor(said: str) -> tuple[str, ...]:
    """Which roles need a second factor: none where it is only offered."""
    names = said.replace(",", " ").split()
    if names == [OFFERED]:
        return ()
    return (EVERYBODY,) if names == [REQUIRED] else tuple(names)


def _needed(given: Mapping[str, str], name: str) -> str:
    if not given.get(name):
        raise ValueError(f"FIELDOPS_BLOBS names a bucket, so {name} must be set too")
    return given[name]


def _secret(given: Mapping[str, str], name: str, kept: Path) -> bytes:
    """The secret from the environment (base64url), or else the one in `kept`, made if it is not there."""
    if name in given:
        secret = base64.urlsafe_b64decode(given[name] + "=" * (-len(given[name]) % 4))
    else:
        secret = _kept_secret(kept)
    if len(secret) < SECRET_BYTES:
        raise ValueError(f"{name} must hold at least {SECRET_BYTES} bytes")
    return secret


def keep_secret(file: Path, secret: bytes) -> None:
    """Put a secret in the place of the one in `file`, whole or not at all, for the owner alone."""
    made = _written(file, secret)
    os.replace(made, file)


def _kept_secret(kept: Path) -> bytes:
    """Several workers may start at once: the first link of a whole file wins, and all read what it wrote."""
    if not kept.exists():
        made = _written(kept, secrets.token_bytes(SECRET_BYTES))
        with suppress(FileExistsError):
            os.link(made, kept)
        made.unlink()
    return kept.read_bytes()


def _written(beside: Path, secret: bytes) -> Path:
    """A new file beside this one with the secret in it, on the disk."""
    made = beside.with_name(f".{beside.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return made
