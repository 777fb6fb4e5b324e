"""The server's clock, as doors read it."""

from fieldops.web.installation import now

__all__ = ["now"]
