"""What the bank offers: lines, yearly margins and fees."""

from __future__ import annotations

import polars as pl

from cartera.intake.demo.blueprint import CURRENCY

SAVINGS, CURRENT, CHILDREN = "ahorro", "corriente", "ahorro-futuro"
TERM = "plazo"
INCOME_FUND, LIQUID_FUND = "fondo-mixto", "fondo-liquidez"
CONSUMER, MORTGAGE, BUSINESS, MICRO = "consumo", "hipotecario", "productivo", "microcredito"
CLASSIC_CARD, GOLD_CARD, BUSINESS_CARD = "visa-clasica", "visa-oro", "visa-empresas"
CAR, LIFE, HEALTH, HOME, COMPANY_COVER = (
    "seguro-vehiculo",
    "seguro-vida",
    "seguro-salud",
    "seguro-hogar",
    "seguro-empresas",
)

# Key, name, line, margin in parts per million of the balance a year, fee in cents a year.
_CATALOGUE = (
    (SAVINGS, "Cuenta de ahorro", "deposit", 21_000, 0),
    (CURRENT, "Cuenta corriente", "deposit", 27_000, 36_00),
    (CHILDREN, "Cuenta Ahorro Futuro", "deposit", 15_000, 0),
    (TERM, "Depósito a plazo", "deposit", 14_000, 0),
    (INCOME_FUND, "Fondo Páramo Renta Mixta", "fund", 11_000, 0),
    (LIQUID_FUND, "Fondo Páramo Liquidez", "fund", 6_500, 0),
    (CONSUMER, "Crédito de consumo", "loan", 62_000, 0),
    (MORTGAGE, "Crédito hipotecario", "loan", 28_000, 0),
    (BUSINESS, "Crédito productivo", "loan", 34_000, 0),
    (MICRO, "Microcrédito", "loan", 84_000, 0),
    (CLASSIC_CARD, "Visa Clásica", "card", 78_000, 24_00),
    (GOLD_CARD, "Visa Oro", "card", 74_000, 60_00),
    (BUSINESS_CARD, "Visa Empresas", "card", 70_000, 90_00),
    (CAR, "Seguro de vehículo", "policy", 0, 96_00),
    (LIFE, "Seguro de vida", "policy", 0, 64_00),
    (HEALTH, "Seguro de salud familiar", "policy", 0, 122_00),
    (HOME, "Seguro de hogar", "policy", 0, 48_00),
    (COMPANY_COVER, "Seguro multirriesgo de empresas", "policy", 0, 310_00),
)


def catalogue() -> pl.DataFrame:
    """Rows for the table of products."""
    columns = ["key", "name", "line", "margin_ppm", "fee_minor"]
    return pl.DataFrame(_CATALOGUE, schema=columns, orient="row").with_columns(currency=pl.lit(CURRENCY))


def line_of() -> dict[str, str]:
    return {key: line for key, _, line, *_ in _CATALOGUE}
