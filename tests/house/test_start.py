"""A server that comes back after a failure loads what it serves, and nothing that it needs seldom."""

import os
import subprocess
import sys
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from fieldops.store.revision import MIGRATIONS, newest_revision
from tests.support.running import ROOT

SELDOM = ("alembic", "mako", "reportlab", "geopy", "botocore", "yaml", "fieldops.cli", "fieldops.seeding")


def test_a_server_starts_without_what_it_seldom_needs(tmp_path: Path) -> None:
    said = "import wsgi, sys; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", said],
        cwd=ROOT,
        env={**os.environ, "FIELDOPS_DATA": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = set(done.stdout.split())
    assert "fieldops.app" in loaded
    assert loaded.isdisjoint(SELDOM)


def test_the_newest_migration_is_the_one_that_migrating_ends_at() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_current_head() == newest_revision()
    for script in scripts.walk_revisions():
        assert script.path.endswith(f"/{script.revision}.py")
