"""One row for each of something: the first, the last, or the one that closes the day."""

from __future__ import annotations

import polars as pl

from cartera.intake.recipes import Pick, Take

_AT = "at_"


def picked(frame: pl.DataFrame, pick: Pick) -> pl.DataFrame:
    """One row for each value of the pick's columns, in the order in which the file has them."""
    rows = frame.with_row_index(_AT)
    if pick.take is Take.CLOSING:
        rows = _closing_first(rows, pick)
    else:
        last = pick.take is Take.LAST
        by = [pick.order, _AT] if pick.order else [_AT]
        rows = rows.sort(by, descending=last, nulls_last=True, maintain_order=True)
    return rows.unique(list(pick.per), keep="first", maintain_order=True).sort(_AT).drop(_AT)


def _closing_first(rows: pl.DataFrame, pick: Pick) -> pl.DataFrame:
    """Rows ordered so that the one with the balance after the last movement of each key's last day comes first.

    Extracts often list a day's movements in no order, so the last line is not the last movement. What the account holds
    when the day closes follows from the amounts: the balance at the end of the latest day with a single movement, whose
    balance is certain, and all that moved since. The row whose balance is nearest to that is the last; nearest, because
    some systems round each balance.
    """
    account, day, balance, amount = pick.account, pick.order, pl.col(pick.balance), pl.col(pick.amount)
    moved = rows.sort(account, day, _AT).with_columns(moved_=amount.cum_sum().over(account))
    days = moved.with_columns(
        end_=pl.col("moved_").last().over(account, day),
        alone_=pl.len().over(account, day) == 1,
        first_=balance - amount,
    )
    opening = pl.when("alone_").then(balance - pl.col("end_"))
    anchored = days.with_columns(opening_=opening).with_columns(
        opening_=pl.coalesce(
            pl.col("opening_").forward_fill().over(account),
            pl.col("opening_").backward_fill().over(account),
            pl.col("first_").first().over(account),
        )
    )
    gap = (balance - pl.col("opening_") - pl.col("end_")).abs()
    return anchored.sort(pl.col(day), gap, pl.col(_AT), descending=[True, False, True]).select(rows.columns)
