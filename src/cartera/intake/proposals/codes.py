"""What the codes of a column mean: proposed translations of the few values that banks write for sex, kind, product…"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cartera.clients.rules import plain

_MEANINGS: dict[str, dict[str, str]] = {
    "sex": {
        "f": "f femenino mujer female woman fem femenina",
        "m": "m masculino hombre male man masc varon h",
    },
    "kind": {
        "person": "p n pn natural persona individual person f fisica individuo particular socio 1",
        "company": "j pj e juridica empresa company juridico compania sociedad corporativo moral organizacion c 2",
    },
    "identifier_kind": {
        "cedula": "c ci ced cedula",
        "ruc": "r ruc",
        "passport": "p pas pasaporte passport",
        "dni": "dni",
        "nif": "nif",
        "nie": "nie",
        "cif": "cif",
        "nit": "nit",
        "rfc": "rfc",
        "curp": "curp",
        "rut": "rut",
        "cuit": "cuit",
    },
    "role": {
        "manager": "gerente jefe manager supervisor coordinador director subgerente lider",
        "agent": "cajero agente agent servicio atencion recepcion asistente caja",
        "admin": "administrador admin sistemas ti it",
        "adviser": "asesor oficial ejecutivo adviser advisor officer comercial negocios credito",
    },
    "active": {
        "true": "1 s si true t y yes activo a active vigente v",
        "false": "0 n no false f inactivo i inactive baja cesado retirado",
    },
    "channel": {
        "letter": "carta letter correspondencia",
        "email": "correo email mail e electronico",
        "message": "mensaje sms whatsapp chat message wa texto",
        "phone": "llamada telefono call phone telefonica tel telefonico fono",
        "video": "video videollamada zoom teams meet virtual",
        "face_to_face": "visita oficina presencial cara reunion visit meeting agencia personal ventanilla",
    },
    "direction": {
        "in": "entrante in inbound cliente recibida entrada incoming e i",
        "out": "saliente out outbound banco realizada salida outgoing s o",
    },
    "purpose": {
        "renewal": "renovacion renewal vencimiento",
        "review": "revision review seguimiento",
        "service": "servicio service reclamo consulta queja requerimiento soporte",
        "sale": "venta sale oferta credito colocacion",
        "welcome": "bienvenida welcome",
        "touch": "saludo contacto touch cumpleanos relacion",
    },
    "outcome": {
        "no_answer": "contesta contesto answer unanswered ocupado apagado",
        "left_message": "mensaje buzon voicemail recado left",
        "sent": "enviado sent envio",
        "talked": "efectivo contactado hablo talked atendio exitoso ok realizada interesado acepto si",
    },
    "side": {
        "debit": "d db deb debito debe debit dr retiro cargo egreso salida n",
        "credit": "c cr cre credito haber credit deposito abono ingreso entrada nc",
    },
}
_RELATIONSHIPS = {
    "spouse": "conyuge esposo esposa spouse pareja marido",
    "parent": "padre madre parent papa mama",
    "owner": "propietario dueno accionista owner socio",
    "employer": "empleador employer patrono",
    "referred_by": "referido referred referente",
    "authorised": "autorizado apoderado authorised authorized firmante",
    "influence": "influencia influence",
}
OTHERWISE = {
    "kind": "person",
    "role": "adviser",
    "active": "true",
    "channel": "phone",
    "direction": "out",
    "purpose": "touch",
    "outcome": "talked",
    "side": "credit",
}
"""What a code that nobody has seen becomes; the others become nothing."""


def codes_for(target: str, values: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Each value with what it seems to mean, "" for those that say nothing."""
    if target == "product":
        return tuple((value, product_key(value)) for value in values)
    told = {value: meaning_of(target, value) for value in values}
    if target == "sex" and {"h", "m"} <= (there := {plain(value) for value in told}) and "f" not in there:
        told |= {value: "f" for value in told if plain(value) == "m"}  # hombre y mujer
    return tuple(told.items())


def meaning_of(target: str, value: str) -> str:
    """The meaning of one code: of the whole of it, else of one of its words, the first letters of a word included."""
    words = plain(value).split()
    told = {**_MEANINGS, "relationship": _RELATIONSHIPS}.get(target, {})
    known = {meaning: frozenset(said.split()) for meaning, said in told.items()}
    for candidates in (["".join(words)], words):
        for meaning, said in known.items():
            if any(word in said for word in candidates):
                return meaning
    for meaning, said in known.items():
        if any(len(word) > 4 and any(word.startswith(one) for one in said if len(one) > 4) for word in words):
            return meaning
    return ""


_LINES = {
    "loan": "credito prestamo loan hipoteca hipotecario microcredito consumo mortgage vivienda sobregiro cartera",
    "card": "tarjeta card visa mastercard amex diners",
    "policy": "poliza seguro insurance policy vida vehiculo salud autos",
    "fund": "fondo inversion fund portafolio etf acciones bono valores",
    "deposit": "ahorro ahorros corriente cuenta deposito plazo dpf savings checking deposit certificado aportes vista",
}


_SHORT = {"cre": "loan", "pre": "loan", "tar": "card", "tc": "card", "pol": "policy", "seg": "policy"}


def line_of(product: str, file: str = "") -> str:
    """Which line a product seems to be of: by its own words, else by its file's, else a deposit."""
    return _told_line(product) or _SHORT.get("".join(plain(product).split())[:3]) or _told_line(file) or "deposit"


def _told_line(words: str) -> str | None:
    for line, said in _LINES.items():
        known = said.split()
        for word in plain(words).split():
            if word in known or any(len(one) > 4 and word.startswith(one[:5]) for one in known):
                return line
    return None


def product_key(name: str) -> str:
    """A product's key from its name: "Depósito a plazo" is deposito-a-plazo."""
    return re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-")[:64] or "producto"
