"""Which of the places chunks may lie in is this installation's: the settings alone say it."""

from functools import lru_cache
from importlib import import_module

from fieldops.settings import Bucket, Settings
from fieldops.store.blobs import Blobs, FolderBlobs


def blobs_for(settings: Settings) -> Blobs:
    """Where the chunks of this installation's files lie."""
    return FolderBlobs(settings.blobs_folder) if settings.bucket is None else _in_bucket(settings.bucket)


@lru_cache(maxsize=4)
def _in_bucket(bucket: Bucket) -> Blobs:
    """One client for a bucket, which all threads share. Its library takes 0.2 s to load and is known by name
    only, so that who keeps chunks in a folder never waits for it."""
    made: Blobs = import_module("fieldops.store.s3_blobs").S3Blobs(bucket)
    return made
