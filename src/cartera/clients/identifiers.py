"""What a valid identifier of a person or a company is, by country. The checks are those of python-stdnum.

A country or a kind that is not in the table accepts any identifier: a bank has clients from everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from stdnum import exceptions
from stdnum.ar import cuit
from stdnum.cl import rut as cl_rut
from stdnum.co import nit as co_nit
from stdnum.cr import cpf, cpj
from stdnum.cz import rc
from stdnum.do import cedula as do_cedula
from stdnum.do import rnc
from stdnum.ec import ci
from stdnum.ec import ruc as ec_ruc
from stdnum.es import cif, dni, nie, nif
from stdnum.gt import nit as gt_nit
from stdnum.mx import curp, rfc
from stdnum.pe import cui
from stdnum.pe import ruc as pe_ruc
from stdnum.py import ruc as py_ruc
from stdnum.sv import nit as sv_nit
from stdnum.uy import rut as uy_rut
from stdnum.ve import rif


class _Number(Protocol):
    def validate(self, number: str) -> str: ...


_CHECKS: dict[str, dict[str, _Number]] = {
    "AR": {"cuit": cuit},
    "CL": {"rut": cl_rut},
    "CO": {"nit": co_nit},
    "CR": {"cpf": cpf, "cpj": cpj},
    "CZ": {"rc": rc},
    "DO": {"cedula": do_cedula, "rnc": rnc},
    "EC": {"cedula": ci, "ruc": ec_ruc},
    "ES": {"nif": nif, "dni": dni, "nie": nie, "cif": cif},
    "GT": {"nit": gt_nit},
    "MX": {"rfc": rfc, "curp": curp},
    "PE": {"dni": cui, "ruc": pe_ruc},
    "PY": {"ruc": py_ruc},
    "SV": {"nit": sv_nit},
    "UY": {"rut": uy_rut},
    "VE": {"rif": rif},
}


class Flaw(StrEnum):
    """What is wrong with an identifier."""

    LENGTH = "length"
    FORM = "form"
    CHECK = "check"


class FlawedIdentifier(ValueError):
    def __init__(self, flaw: Flaw) -> None:
        self.flaw = flaw
        super().__init__(flaw.value)


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier in its stored spelling: upper case, without the separators that people write."""

    kind: str
    value: str


def kinds_of(country: str) -> tuple[str, ...]:
    """The kinds of identifier that are checked in a country (ISO 3166 code)."""
    return tuple(_CHECKS.get(country.upper(), ()))


def identifier(country: str, kind: str, text: str) -> Identifier:
    """The identifier as it is stored. Raises FlawedIdentifier when its country's rules say that it cannot exist."""
    check = _CHECKS.get(country.upper(), {}).get(kind.lower())
    if check is None:
        return Identifier(kind.lower(), " ".join(text.upper().split()))
    try:
        return Identifier(kind.lower(), check.validate(text))
    except exceptions.InvalidLength as error:
        raise FlawedIdentifier(Flaw.LENGTH) from error
    except exceptions.InvalidChecksum as error:
        raise FlawedIdentifier(Flaw.CHECK) from error
    except exceptions.ValidationError as error:
        raise FlawedIdentifier(Flaw.FORM) from error
