"""How much each level of likeness says, learnt from the records themselves (Fellegi and Sunter 1969; Winkler 1988).

A pair of records is of the *same* client, of *kin* (who share surname, home and telephone, but neither given name, birth
date nor identifier), or of *strangers*. Expectation maximisation finds how often each level occurs among them. What the
data cannot tell, because there are few pairs, is held near what is expected before any data (a Dirichlet prior).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartera.clients.duplicates.comparing import Trait

Floats = NDArray[np.float64]
PRIOR_PAIRS = 25.0
"""How many pairs of the same client the expectation weighs as much as."""

PRIOR_STRANGERS = 1000.0
"""How many pairs of strangers it does: a file of five rows says little about what five million have in common."""

EXPECTED_AGAIN = 0.02
"""The share of records that are expected to be of a client who is there already, before any data."""

MOST_ROUNDS = 200
SETTLED = 1e-6
SURE = 0.99
TIMES_CLEANED = 2


@dataclass(frozen=True, slots=True)
class Weighed:
    """The probability that each pattern of levels is of the same client."""

    probability: Floats
    expected_same: float


def weigh(
    traits: Sequence[Trait],
    patterns: NDArray[np.int64],
    counts: Floats,
    strangers: Sequence[Floats],
    records: int,
    drawn: float,
) -> Weighed:
    """Weigh patterns of levels: `patterns[i, k]` is the level of trait k (0 the most alike, -1 missing), seen `counts[i]`
    times among the candidate pairs; `strangers[k]` how often each level occurred among `drawn` random pairs of the records.

    All pairs that are no candidates count as strangers. Random pairs hold some duplicates too, which matters in small
    files: those that are sure by then are taken out, and the rest is weighed again. (Taking out what is merely likely
    would make it likelier each time, until two people with one birthday are one.)
    """
    every = records * (records - 1) / 2
    drawn = min(drawn, every)
    told = [patterns[:, k] >= 0 for k in range(len(traits))]
    apart = [_smoothed(seen, trait, drawn) for seen, trait in zip(strangers, traits, strict=True)]
    held = _settle(traits, patterns, counts, apart, records)
    for _ in range(TIMES_CLEANED):
        sure = np.where(held >= SURE, counts, 0.0) * drawn / every
        apart = [
            _without(strangers[k], trait, patterns[told[k], k], sure[told[k]], drawn) for k, trait in enumerate(traits)
        ]
        held = _settle(traits, patterns, counts, apart, records)
    return Weighed(held, float((counts * held).sum()))


def _settle(
    traits: Sequence[Trait], patterns: NDArray[np.int64], counts: Floats, apart: Sequence[Floats], records: int
) -> Floats:
    """Expectation maximisation over the same and the kin; how strangers compare is known and stays."""
    every, again = records * (records - 1) / 2, max(EXPECTED_AGAIN * records, 0.5)
    told = [patterns[:, k] >= 0 for k in range(len(traits))]
    expected = [np.array([level.same for level in trait.levels]) for trait in traits]
    same = expected = [levels / levels.sum() for levels in expected]
    kin = expected_kin = [np.array(trait.kin) if trait.in_family else apart[k] for k, trait in enumerate(traits)]
    share_same, share_kin = again / every, again / every / 10
    held = np.zeros(len(patterns))
    for _ in range(MOST_ROUNDS):
        like_same = share_same * _likelihood(same, patterns)
        like_kin = share_kin * _likelihood(kin, patterns)
        whole = like_same + like_kin + max(1 - share_same - share_kin, 0.0) * _likelihood(apart, patterns)
        moved, held = float(np.max(np.abs(like_same / whole - held))), like_same / whole
        weight, kin_weight = counts * held, counts * like_kin / whole
        same = [_levels(patterns[told[k], k], weight[told[k]], prior) for k, prior in enumerate(expected)]
        kin = [
            _levels(patterns[told[k], k], kin_weight[told[k]], prior) if traits[k].in_family else prior
            for k, prior in enumerate(expected_kin)
        ]
        share_same = (weight.sum() + 0.5) / (every + 0.5 * every / again)
        share_kin = (kin_weight.sum() + 0.5) / (every + 5 * every / again)
        if moved < SETTLED:
            break
    return held


def _likelihood(levels: Sequence[Floats], patterns: NDArray[np.int64]) -> Floats:
    found = np.ones(len(patterns))
    for k, shares in enumerate(levels):
        found *= np.append(shares, 1.0)[patterns[:, k]]  # -1, missing, says nothing
    return found


def _levels(level: NDArray[np.int64], weight: Floats, expected: Floats) -> Floats:
    seen = np.bincount(level, weight, minlength=len(expected)) + PRIOR_PAIRS * expected
    shares: Floats = np.asarray(seen / seen.sum())
    return shares


def _smoothed(seen: Floats, trait: Trait, pairs: float) -> Floats:
    expected = np.array([level.strangers for level in trait.levels])
    blend = seen * pairs + PRIOR_STRANGERS * expected / expected.sum()
    shares: Floats = np.minimum(blend / blend.sum(), [level.at_most for level in trait.levels])
    return shares


def _without(seen: Floats, trait: Trait, level: NDArray[np.int64], weight: Floats, pairs: float) -> Floats:
    """Strangers' levels without the known duplicates among the random pairs. What is left is a difference of two counts
    by chance, so never less than one standard error: "none" would make one shared birthday proof enough."""
    known = np.bincount(level, weight, minlength=len(seen))
    left = np.maximum(seen * pairs - known, np.sqrt(known))
    return _smoothed(left / max(left.sum(), 1.0), trait, pairs)
