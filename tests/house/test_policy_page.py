"""The page that tells who may do and see what is made from the rules, and says what they say today."""

from pathlib import Path

from fieldops.seeding.policy_page import policy_page

PAGE = Path("docs/who-may.md")


def test_the_page_says_what_the_rules_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == policy_page(), "make it anew: ./run policy > docs/who-may.md"
