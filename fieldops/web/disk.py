"""How much room the disk under the data folder has left."""

import shutil
from pathlib import Path


def free_bytes(folder: Path) -> int:
    """Bytes that may still be written there."""
    return shutil.disk_usage(folder).free
