"""A sign-in is shown in words that its owner knows again, and its address without its end."""

import pytest

from fieldops.web.browsers import browser_words, shortened

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
LIKE = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox 140 on Linux"),
        (f"{MAC} {LIKE} Chrome/131.0.0.0 Safari/537.36", "Chrome 131 on macOS"),
        (f"{MAC} {LIKE} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", "Edge 131 on macOS"),
        (f"Mozilla/5.0 (Linux; Android 14) {LIKE} Chrome/131.0", "Chrome 131 on Android"),
        ("python-requests/2.32", "python-requests"),
        ("", "an unknown program"),
        ("\N{PILE OF POO}" * 500, "an unknown program"),
        ("x" * 5000, "x" * 40),
    ],
)
def test_a_browser_in_words(agent: str, words: str) -> None:
    assert browser_words(agent) == words


@pytest.mark.parametrize(
    ("address", "shown"),
    [("192.0.2.17", "192.0.2.…"), ("2001:db8:1:2::7", "2001:0db8:0001:…"), ("", ""), ("unix:", "")],
)
def test_an_address_without_its_end(address: str, shown: str) -> None:
    assert shortened(address) == shown
