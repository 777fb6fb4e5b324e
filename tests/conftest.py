"""Fixtures that more than one promise is held with."""

pytest_plugins = ["tests.support.database"]
