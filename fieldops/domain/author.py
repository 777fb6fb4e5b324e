"""Who stands behind an entry: the officer and agency that a signer's certificate names."""

from dataclasses import dataclass

from fieldops.domain.ids import AgencyCode, OfficerId, SignerId


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """One officer on one tablet, and what they were at this visit when the entry is read."""

    signer: SignerId
    officer: OfficerId
    name: str
    agency: AgencyCode
    visit_lead: bool = False
    operation_lead: bool = False
