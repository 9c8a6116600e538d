"""Where the bank is: the country, its regions and the agencies in their cities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from cartera.intake.demo.blueprint import COUNTRY, ZONE, Blueprint, Floats, Ints

ROOT = "paramo"


@dataclass(frozen=True, slots=True)
class City:
    """`province` as in a cédula, `area` of fixed telephones; quarters in the order in which the bank opened there."""

    name: str
    region: str
    province: int
    area: int
    quarters: tuple[str, ...]
    streets: tuple[str, ...]


# fmt: off
CITIES = (
    City("Cuenca", "Austro", 1, 7, ("Centro", "El Vergel", "Totoracocha", "Monay", "Feria Libre", "Challuabamba"),
         ("Gran Colombia", "Hermano Miguel", "Simón Bolívar", "Av. Remigio Crespo", "Av. Ordóñez Lasso", "Calle Larga")),
    City("Quito", "Sierra", 17, 2, ("La Carolina", "Centro Norte", "Cumbayá", "El Recreo", "Carcelén", "San Rafael",
        "Quicentro Sur"),
         ("Av. Amazonas", "Av. 6 de Diciembre", "Av. República del Salvador", "Av. Eloy Alfaro", "Av. de los Shyris",
         "Portugal")),
    City("Guayaquil", "Costa", 9, 4, ("Urdesa", "Nueve de Octubre", "Alborada", "Samborondón", "Mall del Sur",
        "Los Ceibos", "Vía Daule"),
         ("Víctor Emilio Estrada", "Av. 9 de Octubre", "Av. Francisco de Orellana", "Boyacá", "Av. de las Américas", "Chile")),
    City("Ambato", "Sierra", 18, 3, ("Ficoa", "Centro", "Huachi"), ("Av. Cevallos", "Av. Los Guaytambos", "Bolívar",
        "Rocafuerte")),
    City("Manta", "Costa", 13, 5, ("Malecón", "Tarqui"), ("Av. Flavio Reyes", "Malecón", "Calle 13", "Av. 24 de Mayo")),
    City("Loja", "Austro", 11, 7, ("Centro", "La Pradera"), ("Bolívar", "18 de Noviembre", "Av. Universitaria", "Sucre")),
    City("Machala", "Costa", 7, 7, ("Centro", "Puerto Bolívar"), ("Av. 25 de Junio", "Rocafuerte", "Sucre", "Av. Las Palmeras")),
    City("Ibarra", "Sierra", 10, 6, ("Centro", "Yacucalle"), ("Av. Mariano Acosta", "Bolívar", "Olmedo", "Av. Teodoro Gómez")),
    City("Riobamba", "Sierra", 6, 3, ("Centro", "La Condamine"), ("Primera Constituyente", "Av. Daniel León Borja",
        "Veloz", "Guayaquil")),
    City("Portoviejo", "Costa", 13, 5, ("Centro", "Andrés de Vera"), ("Av. Manabí", "Olmedo", "Ricaurte", "Av. Universitaria")),
    City("Santo Domingo", "Sierra", 23, 2, ("Centro", "Paseo Shopping"), ("Av. Quito", "Av. Chone", "Latacunga", "Av. Tsáchila")),
    City("Azogues", "Austro", 3, 7, ("Centro",), ("Bolívar", "Av. 16 de Abril", "Solano")),
    City("Latacunga", "Sierra", 5, 3, ("Centro", "El Salto"), ("Quito", "Av. Amazonas", "Belisario Quevedo")),
    City("Quevedo", "Costa", 12, 5, ("Centro", "San Camilo"), ("Av. 7 de Octubre", "Bolívar", "Av. Walter Andrade")),
    City("Milagro", "Costa", 9, 4, ("Centro",), ("Juan Montalvo", "Av. 17 de Septiembre", "García Moreno")),
    City("Otavalo", "Sierra", 10, 6, ("Plaza de Ponchos",), ("Sucre", "Modesto Jaramillo", "Bolívar")),
    City("Babahoyo", "Costa", 12, 5, ("Centro",), ("General Barona", "10 de Agosto", "Malecón")),
    City("Gualaceo", "Austro", 1, 7, ("Centro",), ("Av. Jaime Roldós", "Gran Colombia", "Dávila Chica")),
    City("La Libertad", "Costa", 24, 4, ("Paseo Shopping",), ("Av. Eleodoro Solórzano", "Av. 9 de Octubre", "Malecón")),
    City("Esmeraldas", "Costa", 8, 6, ("Centro",), ("Bolívar", "Sucre", "Av. Olmedo")),
    City("Cayambe", "Sierra", 17, 2, ("Centro",), ("Bolívar", "Terán", "Av. Natalia Jarrín")),
    City("Tulcán", "Sierra", 4, 6, ("Centro",), ("Bolívar", "Sucre", "Av. Coral")),
    City("Guaranda", "Sierra", 2, 3, ("Centro",), ("Convención de 1884", "García Moreno", "Sucre")),
    City("Durán", "Costa", 9, 4, ("El Recreo",), ("Av. Samuel Cisneros", "Loja", "Esmeraldas")),
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Agency:
    key: str
    name: str
    city: City
    advisers: int

    @property
    def region_key(self) -> str:
        return f"{ROOT}-{self.city.region.lower()}"


def agencies(blueprint: Blueprint) -> tuple[Agency, ...]:
    """Agencies with their numbers of advisers: some 200 clients an adviser, and ever more advisers an agency.

    The first is in the centre of Cuenca and is the largest; the second is in Quito. There are at least these two.
    """
    advisers = max(2, -(-blueprint.clients // 200))
    sites = _sites()
    count = min(max(2, round(advisers**0.7)), len(sites))
    weights = 0.5 + 1.5 / (np.arange(count) + 1.5)
    weights[0] *= 1.5
    staffed = _share_out(advisers, weights)
    return tuple(
        Agency(_key(city, quarter), f"Agencia {city.name} {quarter}", city, int(people))
        for (city, quarter), people in zip(sites[:count], staffed, strict=True)
    )


def branches(agencies: tuple[Agency, ...]) -> pl.DataFrame:
    """The tree: the bank, the regions where it has agencies, the agencies."""
    rows: list[tuple[str, str, str | None]] = [(ROOT, "Banco Páramo", None)]
    rows += [(key, name, ROOT) for key, name in regions(agencies).items()]
    rows += [(agency.key, agency.name, agency.region_key) for agency in agencies]
    frame = pl.DataFrame(rows, schema=["key", "name", "parent"], orient="row")
    return frame.with_columns(pl.lit(COUNTRY).alias("country"), pl.lit(ZONE).alias("zone"))


def regions(agencies: tuple[Agency, ...]) -> dict[str, str]:
    """Keys and names of the regions, in the order of their first agency."""
    return {agency.region_key: agency.city.region for agency in agencies}


def _sites() -> list[tuple[City, str]]:
    """Every place for an agency: the first quarter of each city, then the second ones, and so on."""
    rounds = max(len(city.quarters) for city in CITIES)
    return [(city, city.quarters[turn]) for turn in range(rounds) for city in CITIES if turn < len(city.quarters)]


def _key(city: City, quarter: str) -> str:
    plain = f"{city.name} {quarter}".lower().translate(str.maketrans("áéíóúñ ", "aeioun-"))
    return f"{ROOT}-{plain}"


def _share_out(total: int, weights: Floats) -> Ints:
    """At least one each, the rest by largest remainders."""
    exact = weights / weights.sum() * (total - weights.size)
    shares = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - shares), kind="stable")
    shares[order[: total - weights.size - int(shares.sum())]] += 1
    return np.asarray(shares + 1)
