"""How a room declares a figure that the institution may set: `UNMERGE_DAYS = Setting("clients.unmerge_days", …)`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise as LazyText

from cartera.kernel.money import PPM, exponent, from_minor, to_minor

LARGEST_AMOUNT = 10**12


class Unit(StrEnum):
    """What a figure counts. Shares and multiples are kept in parts per million, money in minor units."""

    MINUTES = "minutes"
    DAYS = "days"
    MONTHS = "months"
    MEGABYTES = "megabytes"
    COUNT = "count"
    SHARE = "share"
    TIMES = "times"
    MONEY = "money"


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A figure with its bounds. `label` names it, `says` tells what it does; one that `guards` the data asks for more.

    It is never set above what `not_above` is on a day of its own.
    """

    name: str
    label: LazyText
    says: LazyText
    unit: Unit
    default: int
    least: int
    most: int
    guards: bool = False
    not_above: Setting | None = None

    def __post_init__(self) -> None:
        if not self.least <= self.default <= self.most:
            raise ValueError(f"{self.name}: its default is out of its bounds")
        if self.not_above is not None:
            _under.setdefault(self.not_above.name, []).append(self)

    def as_written(self, value: int, currency: str) -> Decimal:
        """A value as a person writes it: per cent, multiples, units of the currency."""
        if self.unit == Unit.MONEY:
            return _plain(from_minor(value, currency))
        return _plain(Decimal(value) / _PARTS.get(self.unit, 1))

    def as_kept(self, written: Decimal, currency: str) -> int:
        """What a person wrote, as it is kept."""
        return to_minor(written, currency) if self.unit == Unit.MONEY else int(written * _PARTS.get(self.unit, 1))

    def decimals(self, currency: str) -> int:
        """How many figures after the point a person may write."""
        return exponent(currency) if self.unit == Unit.MONEY else {Unit.SHARE: 2, Unit.TIMES: 2}.get(self.unit, 0)

    @property
    def under(self) -> tuple[Setting, ...]:
        """The figures that are never set above this one."""
        return tuple(_under.get(self.name, ()))


_PARTS = {Unit.SHARE: PPM // 100, Unit.TIMES: PPM}
_under: dict[str, list[Setting]] = {}


def _plain(number: Decimal) -> Decimal:
    """Without the zeros at its end."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
