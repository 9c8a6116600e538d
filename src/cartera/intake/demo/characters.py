"""Clients of Lucía whom everybody who sees the demonstration meets: who they are, what they hold, what they asked for."""

from __future__ import annotations

from dataclasses import dataclass

from cartera.intake.demo import products as sold
from cartera.intake.demo.wishes import EMAIL, MESSAGE, PHONE, VIDEO

_EVERY = 0b111111


@dataclass(frozen=True, slots=True)
class Held:
    """Amounts in USD, days from the date, the rate in ppm."""

    product: str
    balance: float
    opened_ago: int = 700
    matures_in: int | None = None
    rate_ppm: int | None = None
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Wished:
    words: str
    preferred: int
    from_minute: int
    to_minute: int
    never: tuple[int, ...] = ()
    contacts_a_year: int | None = None
    said_ago: int = 150

    @property
    def channels(self) -> int:
        return _EVERY & ~sum(1 << channel for channel in self.never)


@dataclass(frozen=True, slots=True)
class Character:
    """A client with a name. `head` is the key of the person whose household it is in, or of a company's owner."""

    key: str
    given: str
    surname: str
    second: str
    sex: str
    age: int
    sector: str
    tenure: int
    holds: tuple[Held, ...]
    window: int
    head: str = ""
    role: str = "head"
    wished: Wished | None = None
    referred_by: tuple[str, str] | None = None
    patience: float = 0.8

    @property
    def company(self) -> bool:
        return self.role == "company"

    @property
    def name(self) -> str:
        return self.given if self.company else f"{self.given} {self.surname} {self.second}"

    @property
    def assets(self) -> float:
        mine = {key for key, line in sold.line_of().items() if line in ("deposit", "fund")}
        return sum(one.balance for one in self.holds if one.product in mine)


def _company(
    key: str, name: str, sector: str, years: int, *holds: Held, window: int, head: str = "", **more: object
) -> Character:
    extra: dict[str, object] = {"role": "company", "head": head, **more}
    return Character(key, name, "", "", "", years, sector, years * 330, holds, window, **extra)  # type: ignore[arg-type]


CHARACTERS = (
    Character(
        "rosa",
        "Rosa Elvira",
        "Cordero",
        "Malo",
        "f",
        58,
        "Independiente",
        5_570,
        (
            Held(sold.SAVINGS, 307_549.90, 5_570, rate_ppm=10_000),
            Held(sold.TERM, 520_000, 282, 79, 72_500),
            Held(sold.INCOME_FUND, 412_750.10, 1_900),
            Held(sold.BUSINESS, 86_400, 840, 1_002, 91_000, 140_000),
        ),
        1,
        wished=Wished(
            "Prefiere una llamada entre 10:00 y 11:30, dos reuniones en persona al año y un mensaje si el "
            "mercado se mueve más de 8 %. No enviar correos.",
            PHONE,
            600,
            690,
            (EMAIL,),
            12,
        ),
    ),
    _company(
        "yunguilla",
        "Agrícola Yunguilla S. A.",
        "Agroindustria",
        14,
        Held(sold.CURRENT, 720_500, 4_200, rate_ppm=2_500),
        Held(sold.TERM, 420_000, 358, 3, 74_000),
        Held(sold.TERM, 900_000, 117, 64, 66_500),
        Held(sold.INCOME_FUND, 1_100_000, 1_100),
        window=0,
        wished=Wished(
            "Llamar temprano, antes de que salgan al campo. Prefieren liquidez para la cosecha de octubre.",
            PHONE,
            510,
            630,
        ),
    ),
    _company(
        "tomebamba",
        "Textiles Tomebamba S. A.",
        "Manufactura",
        22,
        Held(sold.CURRENT, 1_312_000, 6_800, rate_ppm=2_500),
        Held(sold.TERM, 1_500_000, 200, 161, 76_500),
        Held(sold.TERM, 1_500_000, 40, 141, 69_000),
        Held(sold.LIQUID_FUND, 500_000, 400),
        Held(sold.BUSINESS, 640_000, 500, 600, 89_000, 1_100_000),
        Held(sold.COMPANY_COVER, 0, 270, 95, limit=2_400_000),
        window=2,
        head="rosa",
    ),
    _company(
        "yunque",
        "Ferretería El Yunque Cía. Ltda.",
        "Comercio",
        11,
        Held(sold.CURRENT, 212_400, 3_600, rate_ppm=2_500),
        Held(sold.TERM, 140_000, 150, 31, 66_500),
        Held(sold.SAVINGS, 110_000, 2_000, rate_ppm=8_000),
        Held(sold.BUSINESS, 78_000, 300, 430, 101_000, 120_000),
        Held(sold.BUSINESS_CARD, 4_310, 900, 400, 167_700, 12_000),
        window=1,
        patience=0.5,
        wished=Wished("Hablar con la contadora, Sra. Nieves.", PHONE, 600, 780),
    ),
    Character(
        "martin",
        "Martín",
        "Ordóñez",
        "Peralta",
        "m",
        39,
        "Médico",
        2_300,
        (
            Held(sold.SAVINGS, 96_900, 2_300, rate_ppm=8_000),
            Held(sold.TERM, 240_000, 90, 91, 66_500),
            Held(sold.CAR, 0, 353, 12, limit=32_000),
            Held(sold.GOLD_CARD, 2_140.75, 1_500, 500, 167_700, 15_000),
        ),
        5,
        wished=Wished(
            "Escribir un mensaje; responde en menos de una hora. Nunca contesta el teléfono.",
            MESSAGE,
            0,
            1440,
            (PHONE, VIDEO),
        ),
    ),
    Character(
        "patricia",
        "Patricia",
        "Vintimilla",
        "Crespo",
        "f",
        44,
        "Arquitecta",
        1_100,
        (Held(sold.SAVINGS, 101_750, 1_100, rate_ppm=8_000), Held(sold.TERM, 300_000, 60, 121, 66_500)),
        2,
        referred_by=("rosa", "su amiga"),
        wished=Wished("Videollamada después de mediodía, desde su estudio.", VIDEO, 690, 1050, (), 6),
    ),
    _company(
        "sanblas",
        "Clínica San Blas Cía. Ltda.",
        "Salud",
        9,
        Held(sold.CURRENT, 240_000, 2_900, rate_ppm=2_500),
        Held(sold.TERM, 400_000, 340, 21, 76_500),
        Held(sold.BUSINESS, 210_000, 400, 690, 96_000, 350_000),
        window=3,
        referred_by=("rosa", "su médica de confianza"),
    ),
    Character(
        "hernan",
        "Hernán",
        "Ochoa",
        "Arízaga",
        "m",
        61,
        "Médico",
        5_200,
        (
            Held(sold.SAVINGS, 84_100, 5_200, rate_ppm=8_000),
            Held(sold.TERM, 450_000, 170, 191, 76_500),
            Held(sold.TERM, 350_000, 175, 6, 66_500),
            Held(sold.HEALTH, 0, 330, 35, limit=90_000),
        ),
        4,
        head="rosa",
        role="spouse",
    ),
    Character(
        "ines",
        "Inés",
        "Tamariz",
        "de Moscoso",
        "f",
        70,
        "Jubilada",
        7_400,
        (Held(sold.SAVINGS, 41_200, 7_400, rate_ppm=8_000), Held(sold.TERM, 28_000, 50, 41, 56_000)),
        4,
        wished=Wished("Que la llamemos en la tarde, de 15:00 a 16:30, y sin apuro.", PHONE, 900, 990),
    ),
    _company(
        "rios",
        "Constructora Ríos del Sur S. A.",
        "Construcción",
        12,
        Held(sold.CURRENT, 402_000, 4_000, rate_ppm=2_500),
        Held(sold.TERM, 700_000, 100, 81, 69_000),
        Held(sold.BUSINESS, 520_000, 300, 400, 99_000, 800_000),
        window=0,
        patience=0.3,
    ),
    _company(
        "colmena",
        "Panadería La Colmena Cía. Ltda.",
        "Comercio",
        6,
        Held(sold.CURRENT, 23_900, 1_900, rate_ppm=2_500),
        Held(sold.SAVINGS, 38_000, 1_200, rate_ppm=8_000),
        window=0,
        referred_by=("rosa", "su vecina"),
    ),
    _company(
        "cajas",
        "Transportes Cajas Express S. A.",
        "Transporte",
        8,
        Held(sold.CURRENT, 31_400, 2_500, rate_ppm=2_500),
        Held(sold.BUSINESS, 64_000, 200, 520, 104_000, 90_000),
        window=4,
    ),
    Character(
        "jorge",
        "Jorge Luis",
        "Sarmiento",
        "Abad",
        "m",
        34,
        "Empleado privado",
        15,
        (Held(sold.SAVINGS, 3_480.20, 15, rate_ppm=8_000), Held(sold.CLASSIC_CARD, 212.60, 12, 1_080, 167_700, 2_500)),
        5,
    ),
    _company(
        "chaullabamba",
        "Importadora Chaullabamba Cía. Ltda.",
        "Comercio",
        10,
        Held(sold.CURRENT, 605_200, 3_300, rate_ppm=2_500),
        Held(sold.TERM, 900_000, 250, 111, 76_500),
        Held(sold.LIQUID_FUND, 400_000, 250),
        window=1,
    ),
    Character(
        "ana",
        "Ana Lucía",
        "Tapia",
        "Calle",
        "f",
        52,
        "Abogada",
        800,
        (Held(sold.SAVINGS, 36_300, 800, rate_ppm=8_000), Held(sold.TERM, 60_000, 70, 21, 56_000)),
        3,
        referred_by=("rosa", "del Club Rotario"),
    ),
    Character(
        "andres",
        "Andrés",
        "Ochoa",
        "Cordero",
        "m",
        29,
        "Ingeniero",
        2_600,
        (Held(sold.SAVINGS, 18_400, 2_600, rate_ppm=8_000), Held(sold.CLASSIC_CARD, 640, 1_000, 600, 167_700, 3_500)),
        4,
        head="rosa",
        role="child",
    ),
)
