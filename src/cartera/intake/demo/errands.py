"""What we owe the clients of the story this week, and the contacts in which it was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from cartera.intake.demo.blueprint import Blueprint
from cartera.intake.demo.calendar import CLOSES, Calendar, instants
from cartera.intake.demo.story import Casting


@dataclass(frozen=True, slots=True)
class Errand:
    """Days are working days from the date: made before it, due after it (0 today); minutes of the day are local.

    `grace` is how many days late it may be before it is broken.
    """

    client: str
    what: str
    channel: str
    purpose: str
    minutes: int
    made: tuple[int, int]
    due: tuple[int, int]
    through: str
    direction: str
    said: str
    broken: bool = False
    owed_by: str = "us"
    grace: int = 5


# fmt: off
ERRANDS = (
    Errand("rosa", "Llamar para explicar el cobro en su fondo",
           "phone", "service", 15, (-3, 640), (-1, 960), "phone", "in",
           "Vio un cobro de USD 318,20 en su fondo y no lo entiende. Estaba molesta: "
           "«siempre tengo que ser yo la que llama».", grace=1),
    Errand("rosa", "Enviar la carta con el detalle de comisiones del fondo",
           "letter", "service", 20, (-3, 650), (9, 1050), "phone", "in",
           "Pidió por escrito todas las comisiones del año."),
    Errand("yunguilla", "Presentar la propuesta de renovación del depósito de USD 420.000",
           "phone", "renewal", 20, (-3, 545), (0, 720), "phone", "out",
           "Prefieren liquidez para la cosecha de octubre; quieren ver la propuesta antes del viernes."),
    Errand("yunque", "Confirmar que la devolución del cobro duplicado quedó bien",
           "phone", "service", 10, (-3, 658), (0, 658), "phone", "in",
           "Reclamo por un cobro duplicado en el punto de venta. Pide hablar con la contadora, Sra. Nieves."),
    Errand("patricia", "Presentar los dos escenarios del crédito hipotecario",
           "video", "sale", 30, (-4, 735), (0, 1050), "video", "out",
           "Quiere comprar el departamento de la calle Larga; duda entre quince y veinte años."),
    Errand("tomebamba", "Revisión semestral en persona, con la lista de servicios que no usan",
           "face_to_face", "review", 60, (-8, 690), (1, 780), "phone", "out",
           "Confirmaron la reunión en la Agencia Centro; irá también el gerente financiero."),
    Errand("sanblas", "Llamar con la mejor tasa para su depósito",
           "phone", "renewal", 20, (-3, 850), (2, 930), "phone", "in",
           "Otro banco les ofreció más; están viendo un tomógrafo."),
    Errand("cajas", "Revisión trimestral por teléfono",
           "phone", "review", 30, (-10, 960), (0, 1050), "phone", "out",
           "Piden revisar los plazos del crédito con los nuevos fletes."),
    Errand("colmena", "Seguimiento de la cotización de punto de venta",
           "phone", "sale", 20, (-5, 560), (1, 780), "phone", "out",
           "Les gustó la cotización; la dueña decide esta semana."),
    Errand("martin", "Avisar de la renovación de la póliza de su vehículo",
           "message", "renewal", 5, (-7, 600), (2, 1050), "message", "in",
           "Preguntó cuándo vence la póliza del carro."),
    Errand("rios", "Responder si podemos mejorar la tasa de la línea",
           "phone", "sale", 20, (-12, 555), (-7, 720), "face_to_face", "out",
           "Esperan la tasa para firmar con el proveedor de acero.", broken=True),
    Errand("rios", "Llamar con la tasa aprobada",
           "phone", "sale", 20, (-3, 560), (3, 720), "phone", "in",
           "Molestos: nadie les respondió por la tasa. «Con otro banco ya habría firmado.»"),
    Errand("jorge", "Ayudarle a entrar a la banca móvil",
           "phone", "welcome", 10, (-4, 610), (1, 960), "phone", "out",
           "Le llegó la tarjeta, todavía no entra a la banca móvil."),
    Errand("ana", "Enviar la comparación de plazos",
           "email", "renewal", 15, (-3, 880), (1, 720), "phone", "out",
           "Su depósito vence este mes; compara con una cooperativa."),
    Errand("hernan", "Firmar la renovación de la póliza de salud",
           "", "renewal", 15, (-6, 960), (4, 1050), "phone", "out",
           "La renueva; pasa por la agencia cuando salga de la consulta.", owed_by="client"),
    Errand("chaullabamba", "Enviar los términos de la carta de crédito rotativa",
           "email", "sale", 15, (-3, 630), (3, 1050), "face_to_face", "out",
           "Importan desde Panamá cada dos meses; hoy pagan todo por adelantado."),
)
# fmt: on


def without_the_last_days(blueprint: Blueprint, casting: Casting, talks: pl.DataFrame) -> pl.DataFrame:
    """Drawn contacts, save those of this week with the clients of the story: their week is told here."""
    told = pl.col("row").is_in(casting.at().tolist()) & (pl.col("day") > blueprint.today - timedelta(days=8))
    return talks.filter(~told)


def owed(blueprint: Blueprint, casting: Casting, roll: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Promises (without keys, `made_in` by position in the second frame) and the contacts in which they were made."""
    mine = [errand for errand in ERRANDS if errand.client in casting.rows]
    rows = np.array([casting.rows[errand.client] for errand in mine], dtype=np.int64)
    calendar = Calendar(blueprint.today - timedelta(days=60), blueprint.today + timedelta(days=60))
    today = calendar.position(blueprint.today)
    made_day, made_minute = np.array([errand.made for errand in mine], dtype=np.int64).reshape(-1, 2).T
    due_day, due_minute = np.array([errand.due for errand in mine], dtype=np.int64).reshape(-1, 2).T
    grace = np.array([errand.grace for errand in mine], dtype=np.int64)
    made_at = instants(calendar.days[today + made_day], made_minute)
    latest = instants(calendar.days[today + due_day + grace], np.full(len(mine), CLOSES))
    broken = pl.Series([errand.broken for errand in mine], dtype=pl.Boolean)
    client, staff = roll["key"].gather(rows), roll["adviser"].gather(rows)
    shared = pl.DataFrame({"client": client, "staff": staff, "purpose": [errand.purpose for errand in mine]})
    promises = shared.with_columns(
        pl.Series("owed_by", [errand.owed_by for errand in mine], dtype=pl.String),
        pl.Series("what", [errand.what for errand in mine], dtype=pl.String),
        pl.Series("channel", [errand.channel for errand in mine], dtype=pl.String),
        pl.Series("minutes", [errand.minutes for errand in mine], dtype=pl.Int64),
        made_at.alias("made_at"),
        made_at.alias("opens_at"),
        instants(calendar.days[today + due_day], due_minute).alias("due_at"),
        latest.alias("latest_at"),
        pl.when(broken).then(pl.lit("broken")).otherwise(pl.lit("promised")).alias("state"),
        pl.when(broken).then(latest).otherwise(None).alias("closed_at"),
        pl.int_range(len(mine), dtype=pl.Int64).alias("made_in"),
        why_closed=pl.lit(""),
    )
    contacts = shared.with_columns(
        pl.Series("row", rows),
        pl.Series("minute", made_minute),
        pl.Series("channel", [errand.through for errand in mine], dtype=pl.String),
        pl.Series("direction", [errand.direction for errand in mine], dtype=pl.String),
        pl.Series("said", [errand.said for errand in mine], dtype=pl.String),
        pl.Series("minutes", [9 if errand.direction == "in" else 14 for errand in mine], dtype=pl.Int64),
        pl.Series("day", calendar.days[today + made_day]).cast(pl.Date),
        pl.Series("counts_as_touchpoint", [errand.direction == "out" for errand in mine], dtype=pl.Boolean),
        made_at.alias("happened_at"),
        outcome=pl.lit("talked"),
    )
    return promises, contacts
