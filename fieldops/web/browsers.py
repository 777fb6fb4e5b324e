"""Where somebody signed in from, in words that they recognise and that tell others little."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from flask import request

LONGEST = 64
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whence:
    """A browser in words, and an address without its end."""

    browser: str
    address: str


def whence() -> Whence:
    """Where this request comes from."""
    agent = request.headers.get("User-Agent", "")
    return Whence(browser=browser_words(agent), address=shortened(request.remote_addr or ""))


def browser_words(agent: str) -> str:
    """`Firefox 140 on Windows`, or the first word of what the program calls itself."""
    name, version = _browser(agent)
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    words = f"{name} {version}".strip()
    return (f"{words} on {system}" if system else words)[:LONGEST]


def _browser(agent: str) -> tuple[str, str]:
    for mark, name in _BROWSERS:
        found = re.search(re.escape(mark) + r"(\d{0,4})", agent)
        if found:
            return name, found[1]
    first = re.match(r"[\w.+-]{1,40}", agent)
    return (first[0] if first else "an unknown program"), ""


def shortened(address: str) -> str:
    """An address without its end: `192.0.2.…`, `2001:db8:1::…`; empty where it is none."""
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    if isinstance(known, IPv6Address):
        return ":".join(known.exploded.split(":")[:3]) + ":…"
    return str(known).rpartition(".")[0] + ".…"
