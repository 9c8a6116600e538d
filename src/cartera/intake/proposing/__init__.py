"""Looking at files that nobody has described, and proposing what they are."""

from __future__ import annotations

from cartera.intake.proposals.columns import Column, Content
from cartera.intake.proposals.proposal import FileProposal, Format, Link, Proposal
from cartera.intake.proposals.targets import Sort, Target, targets
from cartera.intake.proposing.proposer import propose

__all__ = [
    "Column",
    "Content",
    "FileProposal",
    "Format",
    "Link",
    "Proposal",
    "Sort",
    "Target",
    "propose",
    "targets",
]
