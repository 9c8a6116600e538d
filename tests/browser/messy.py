"""A file as a core writes it for an accountant."""

from __future__ import annotations

NAMES = ("Cordero Malo Rosa", "Tamariz Moscoso Inés", "Quizhpe Guamán Segundo", "Zhindón Peña Mercedes")
VERIFIERS = (2, 1, 2, 1, 2, 1, 2, 1, 2)


def cedula(number: int) -> str:
    """An identifier of Azuay whose last figure is right."""
    figures = [int(one) for one in f"01{number:07d}"]
    products = [figure * weight for figure, weight in zip(figures, VERIFIERS, strict=True)]
    return "".join(map(str, figures)) + str(-sum(one - 9 if one > 9 else one for one in products) % 10)


def messy(rows: int = 120) -> bytes:
    """As a core writes it for an accountant: a title, cp1252, semicolons, an empty column, impossible days, a total."""
    lines = ["Clientes al 15/06/2026;;;;;", "IDENT;APELLIDOS Y NOMBRES;FEC_NAC;SEXO;OBS_2;TEL_CEL"]
    for at in range(rows):
        day = "31/02/1974" if at % 40 == 7 else f"{at % 28 + 1:02d}/{at % 12 + 1:02d}/{1950 + at % 50}"
        name = "" if at == 50 else NAMES[at % len(NAMES)]
        lines.append(f"{cedula(3_000_000 + at)};{name};{day};{'FM'[at % 2]};;09{91_000_000 + at}")
    return ("\r\n".join([*lines, f"TOTAL;{rows};;;;"]) + "\r\n").encode("cp1252")
