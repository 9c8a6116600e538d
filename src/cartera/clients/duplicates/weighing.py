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
"""How many pairs the expectation weighs as much as."""

EXPECTED_AGAIN = 0.02
"""The share of records that are expected to be of a client who is there already, before any data."""

MOST_ROUNDS = 200
SETTLED = 1e-6


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
    files: they are taken out again as they become known.
    """
    every = records * (records - 1) / 2
    drawn = min(drawn, every)
    same = [np.array([level.same for level in trait.levels]) for trait in traits]
    same = [levels / levels.sum() for levels in same]
    kin = [np.array(trait.kin) if trait.in_family else strangers[k] for k, trait in enumerate(traits)]
    expected_same, expected_kin = same, kin
    apart = [_smoothed(one, trait, drawn) for one, trait in zip(strangers, traits, strict=True)]
    expected_pairs = EXPECTED_AGAIN * records
    share_same, share_kin = expected_pairs / every, expected_pairs / every / 10
    told = [patterns[:, k] >= 0 for k in range(len(traits))]
    held = np.zeros(len(patterns))
    for _ in range(MOST_ROUNDS):
        like_same = share_same * _likelihood(same, patterns)
        like_kin = share_kin * _likelihood(kin, patterns)
        like_apart = max(1 - share_same - share_kin, 0.0) * _likelihood(apart, patterns)
        whole = like_same + like_kin + like_apart
        now, of_kin = like_same / whole, like_kin / whole
        moved, held = float(np.max(np.abs(now - held))), now
        weight, kin_weight = counts * now, counts * of_kin
        same = [
            _levels(patterns[told[k], k], weight[told[k]], prior) for k, prior in enumerate(expected_same)
        ]
        kin = [
            _levels(patterns[told[k], k], kin_weight[told[k]], prior) if traits[k].in_family else apart[k]
            for k, prior in enumerate(expected_kin)
        ]
        apart = [
            _without_the_same(
                strangers[k], trait, patterns[told[k], k], (weight + kin_weight)[told[k]] * drawn / every, drawn
            )
            for k, trait in enumerate(traits)
        ]
        share_same = (weight.sum() + 0.5) / (every + 0.5 * every / max(expected_pairs, 0.5))
        share_kin = (kin_weight.sum() + 0.5) / (every + 5 * every / max(expected_pairs, 0.5))
        if moved < SETTLED:
            break
    return Weighed(held, float((counts * held).sum()))


def _likelihood(levels: Sequence[Floats], patterns: NDArray[np.int64]) -> Floats:
    found = np.ones(len(patterns))
    for k, shares in enumerate(levels):
        found *= np.append(shares, 1.0)[patterns[:, k]]  # -1, missing, says nothing
    return found


def _levels(level: NDArray[np.int64], weight: Floats, expected: Floats) -> Floats:
    seen = np.bincount(level, weight, minlength=len(expected)) + PRIOR_PAIRS * expected
    return np.asarray(seen / seen.sum())


def _smoothed(seen: Floats, trait: Trait, pairs: float) -> Floats:
    expected = np.array([level.strangers for level in trait.levels])
    blend = seen * pairs + expected / expected.sum()
    return np.asarray(blend / blend.sum())


def _without_the_same(
    seen: Floats, trait: Trait, level: NDArray[np.int64], weight: Floats, pairs: float
) -> Floats:
    known = np.bincount(level, weight, minlength=len(seen))
    left = np.maximum(seen * pairs - known, 0.0)
    return _smoothed(left / max(left.sum(), 1.0), trait, pairs)
