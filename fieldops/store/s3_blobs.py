"""Chunks of attached files as objects in a bucket of an S3 service. Only read where a bucket is named.

A service that answers a write has the object on its disks, and it checks what came against the hash that we
signed.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from hashlib import sha256
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from fieldops.domain.errors import Refusal
from fieldops.settings import Bucket
from fieldops.store.blobs import is_name

LOG = logging.getLogger(__name__)
RETRY_AFTER_S = 5
AWAY_S = 5  # so long nothing is asked of a service that could not be reached
AT_ONCE = 16  # questions that one look at a file's chunks asks side by side
NOT_THERE = frozenset({"404", "NoSuchKey"})
FULL = frozenset({"QuotaExceeded", "QuotaExceededException", "InsufficientStorage", "XMinioStorageFull"})
CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"total_max_attempts": 2, "mode": "standard"},
    max_pool_connections=AT_ONCE,
    request_checksum_calculation="when_required",  # other services than AWS know no newer ones
    response_checksum_validation="when_required",
    s3={"payload_signing_enabled": True, "addressing_style": "path"},
)


class S3Blobs:
    """Chunks as objects, each under the bucket's prefix and its name."""

    def __init__(self, bucket: Bucket) -> None:
        """Nothing is asked of the service yet: it may be away when we start."""
        self.bucket = bucket
        self._client = Session().create_client(
            "s3",
            region_name=bucket.region,
            endpoint_url=bucket.endpoint,
            aws_access_key_id=bucket.key_id,
            aws_secret_access_key=bucket.secret,
            aws_session_token=bucket.session_token,
            config=CONFIG,
        )
        self._away_until = 0.0

    def put(self, data: bytes) -> str:
        name = sha256(data).hexdigest()
        self._ask(self._client.put_object, name, Body=data)
        return name

    def get(self, name: str) -> bytes | None:
        data = self._ask(_read_whole(self._client.get_object), name)
        return data if data is not None and sha256(data).hexdigest() == name else None

    def has(self, name: str) -> bool:
        return self.written(name) is not None

    def held(self, names: Iterable[str]) -> frozenset[str]:
        asked = sorted(set(names))
        with ThreadPoolExecutor(AT_ONCE) as together:
            return frozenset(
                name for name, there in zip(asked, together.map(self.has, asked), strict=True) if there
            )

    def names(self) -> Iterator[str]:
        after = self.bucket.prefix
        while page := self._page(after):
            yield from filter(is_name, (one.removeprefix(self.bucket.prefix) for one in page))
            after = page[-1]

    def written(self, name: str) -> datetime | None:
        found = self._ask(self._client.head_object, name)
        when: datetime | None = None if found is None else found["LastModified"]
        return when

    def remove(self, name: str) -> None:
        self._ask(self._client.delete_object, name)

    def _page(self, after: str) -> list[str]:
        """The keys that follow this one, in their order; none at the end."""
        listed = self._answered(
            self._client.list_objects_v2, Bucket=self.bucket.name, Prefix=self.bucket.prefix, StartAfter=after
        )
        return [one["Key"] for one in (listed or {}).get("Contents", ())]

    def _ask(self, question: Callable[..., Any], name: str, **more: object) -> Any:
        return self._answered(question, Bucket=self.bucket.name, Key=self.bucket.prefix + name, **more)

    def _answered(self, question: Callable[..., Any], **words: object) -> Any:
        """The service's answer; None where there is no such object. Who cannot be reached is not asked again
        for a moment: each question would hold a worker that entries need."""
        if time.monotonic() < self._away_until:
            raise _away()
        try:
            return question(**words)
        except ClientError as fault:
            code = fault.response["Error"]["Code"]
            if code in NOT_THERE:
                return None
            if code in FULL:
                raise Refusal("storage_full", "The store of files holds no more at the moment.") from fault
            LOG.error("the store of files refused %s: %s", fault.operation_name, code)
            raise _away() from fault
        except BotoCoreError as fault:
            LOG.error("the store of files cannot be reached: %s", type(fault).__name__)
            self._away_until = time.monotonic() + AWAY_S
            raise _away() from fault


def _read_whole(question: Callable[..., Any]) -> Callable[..., bytes]:
    """The question with its answer's body read, so that a connection cut in its middle is seen here too."""
    return lambda **words: bytes(question(**words)["Body"].read())


def _away() -> Refusal:
    return Refusal(
        "files_away", "The store of photos and files cannot be reached just now.", retry_after_s=RETRY_AFTER_S
    )
