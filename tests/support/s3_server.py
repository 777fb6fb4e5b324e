"""A real S3 service on this machine, over a folder: it checks every signature, ends, and comes back."""

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fieldops.settings import Bucket
from tests.support.running import free_port

KEY_ID, SECRET = "fieldops-tests", "a secret of these tests alone"
RCLONE = Path(sys.executable).with_name("rclone")


@dataclass(kw_only=True)
class S3Server:
    """One service: its folder, in which each folder is a bucket, its port, and the process while it lives."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def bucket(self) -> Bucket:
        return Bucket(
            name="exhibits",
            prefix="weldshire/",
            endpoint=f"http://127.0.0.1:{self.port}",
            region="us-east-1",
            key_id=KEY_ID,
            secret=SECRET,
        )

    @property
    def environment(self) -> Mapping[str, str]:
        """The settings by which an installation keeps its chunks here."""
        return {
            "FIELDOPS_BLOBS": f"s3://{self.bucket.name}/{self.bucket.prefix}",
            "FIELDOPS_S3_ENDPOINT": f"http://127.0.0.1:{self.port}",
            "FIELDOPS_S3_REGION": self.bucket.region,
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }

    def file(self, name: str) -> Path:
        """Where the service keeps a chunk."""
        return self.folder / self.bucket.name / self.bucket.prefix / name

    def start(self) -> None:
        (self.folder / self.bucket.name).mkdir(parents=True, exist_ok=True)
        words = ["serve", "s3", "--addr", f"127.0.0.1:{self.port}", "--auth-key", f"{KEY_ID},{SECRET}"]
        caches = ["--vfs-cache-mode", "off", "--dir-cache-time", "0", "--config", ""]
        with (self.folder.parent / "s3.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(RCLONE), *words, *caches, str(self.folder)], stdout=log, stderr=log
            )
        while not self._answers():
            if self.process.poll() is not None:
                raise RuntimeError((self.folder.parent / "s3.log").read_text(encoding="utf-8"))

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5)
        except urllib.error.HTTPError:
            return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
        return True


@contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    server = S3Server(folder=folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
