"""The thresholds with which Banco Páramo began: about one client in twenty-five is A, one in eight B, a third C."""

from __future__ import annotations

from collections.abc import Mapping

THRESHOLDS: Mapping[str, Mapping[str, int]] = {
    "A": {"assets_minor": 300_000_00, "revenue_minor": 9_000_00},
    "B": {"assets_minor": 75_000_00, "revenue_minor": 2_300_00},
    "C": {"assets_minor": 15_000_00, "revenue_minor": 700_00},
}
REASON = "Política de arranque: activos o ingreso anual"
