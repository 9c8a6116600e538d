"""How clients want to be served, and the habits behind it: the channel they like, the hour at which they answer.

Three in ten have said it; of the others we only see how they behave.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from cartera.intake.demo.blueprint import Blueprint, Ints, Rng, days_from, pick_among

_SAID = 0.30
# As in `clients.models.contact.Channel`, the least demanding first; bits in the same order.
CHANNELS = ("letter", "email", "message", "phone", "video", "face_to_face")
LETTER, EMAIL, MESSAGE, PHONE, VIDEO, FACE = range(len(CHANNELS))
_ALL = 0b111111

# Hours in which somebody answers, in minutes from midnight: from, to, in words.
WINDOWS = (
    (8 * 60 + 30, 10 * 60, "de 08:30 a 10:00"), (10 * 60, 11 * 60 + 30, "de 10:00 a 11:30"), (11 * 60 + 30, 13 * 60,
    "antes del almuerzo"),
    (14 * 60, 15 * 60 + 30, "de 14:00 a 15:30"), (15 * 60 + 30, 17 * 60 + 30, "después de las 15:30"), (8 * 60 + 30,
    17 * 60 + 30, "a cualquier hora"),
)  # fmt: skip
ANY_HOUR = len(WINDOWS) - 1
_DAYS = (
    (0b11111, ""),
    (0b01110, "de martes a jueves"),
    (0b00101, "lunes o miércoles"),
    (0b10100, "miércoles o viernes"),
)
_TIMES = (None, 2, 4, 6, 8, 12)

# Which channel is liked, by level A to D: letter, e-mail, message, call, video, face to face.
_LIKED = np.array(
    [[1, 8, 12, 48, 9, 22], [1, 12, 20, 45, 8, 14], [1, 16, 33, 40, 4, 6], [1, 18, 48, 30, 2, 1]], dtype=np.float64
)
_WINDOW_OF = np.array([[14, 22, 14, 12, 18, 20], [18, 22, 10, 14, 22, 14]], dtype=np.float64)

_CHANNEL_WORDS = ("una carta", "un correo", "un mensaje", "una llamada", "una videollamada", "una reunión en persona")
_NEVER = ("", "", "No enviar correos.", "No llamar: responde mensajes.", "")
_NO_CHANNEL = (_ALL, _ALL, _ALL & ~(1 << EMAIL), _ALL & ~(1 << PHONE) & ~(1 << VIDEO), _ALL)


def habits(blueprint: Blueprint, roll: pl.DataFrame) -> pl.DataFrame:
    """`likes` (position in CHANNELS), `window` (position in WINDOWS), `patience` (0 bad to 1 good: how we have served it)."""
    rng = blueprint.draws("habits")
    level = roll["level"].replace_strict({"A": 0, "B": 1, "C": 2, "D": 3}, return_dtype=pl.Int64).to_numpy()
    company = (roll["kind"] == "company").to_numpy().astype(np.int64)
    likes = pick_among(rng, _LIKED, level)
    window = pick_among(rng, _WINDOW_OF, company)
    manners = _manners(rng, int(roll["adviser"].n_unique()))
    adviser = roll["adviser"].rank("dense").cast(pl.Int64).to_numpy() - 1
    patience = (manners[adviser] + rng.normal(0, 0.16, roll.height)).clip(0.02, 1)
    return pl.DataFrame({"likes": likes, "window": window, "patience": patience})


def _manners(rng: Rng, advisers: int) -> np.ndarray:
    """Most advisers keep their word, a few do not."""
    return np.asarray(rng.beta(7, 2.2, advisers).clip(0.4, 0.95))


def wish(blueprint: Blueprint, roll: pl.DataFrame, habit: pl.DataFrame) -> pl.DataFrame:
    """The loader's columns of wishes, row by row; null in all of them where nothing was said. A few refused consent."""
    rng = blueprint.draws("wishes")
    size = roll.height
    minor = ((roll["kind"] == "person") & (roll["age"] < 18)).to_numpy()
    said = (rng.random(size) < _SAID) & ~minor
    likes, window = habit["likes"].to_numpy(), habit["window"].to_numpy()
    never = _never(rng, likes)
    days = rng.choice(len(_DAYS), size, p=(0.7, 0.12, 0.09, 0.09))
    times = _times(rng, roll)
    consent = np.where(rng.random(size) < 0.12, _ALL & ~(1 << EMAIL) & ~(1 << LETTER), _ALL)
    frame = pl.DataFrame(
        {
            "channels": np.array(_NO_CHANNEL)[never],
            "consent": consent,
            "preferred": pl.Series(CHANNELS).gather(likes),
            "days": np.array([bits for bits, _ in _DAYS])[days],
            "from_minute": np.array([start for start, *_ in WINDOWS])[window],
            "to_minute": np.array([end for _, end, _ in WINDOWS])[window],
            "contacts_a_year": pl.Series(_TIMES, dtype=pl.Int64).gather(times),
            "words": _in_words(likes, window, days, times, never),
            "said_on": _said_on(rng, blueprint, roll),
        }
    )
    return frame.with_columns(pl.when(pl.Series(said)).then(pl.all()).otherwise(None))


def _never(rng: Rng, likes: Ints) -> Ints:
    """A channel that the client does not want, never the one that it likes best."""
    never = rng.integers(0, len(_NEVER), likes.size)
    clash = ((never == 2) & (likes == EMAIL)) | ((never == 3) & np.isin(likes, (PHONE, VIDEO, FACE)))
    return np.where(clash, 0, never)


def _times(rng: Rng, roll: pl.DataFrame) -> Ints:
    """Contacts a year that are wished for: wealthier clients ask for more."""
    table = np.array(
        [[30, 5, 15, 20, 15, 15], [35, 10, 25, 20, 10, 0], [45, 25, 25, 5, 0, 0], [55, 35, 10, 0, 0, 0]],
        dtype=np.float64,
    )
    level = roll["level"].replace_strict({"A": 0, "B": 1, "C": 2, "D": 3}, return_dtype=pl.Int64).to_numpy()
    return pick_among(rng, table, level)


def _said_on(rng: Rng, blueprint: Blueprint, roll: pl.DataFrame) -> pl.Series:
    ago = (roll["tenure"].to_numpy() * rng.random(roll.height)).clip(1, 600).astype(np.int64)
    return days_from(blueprint.today, -ago)


def _in_words(likes: Ints, window: Ints, days: Ints, times: Ints, never: Ints) -> pl.Series:
    """What the client asked for, as the adviser wrote it down."""
    channel = pl.Series(_CHANNEL_WORDS).gather(likes)
    hours = pl.Series([words for *_, words in WINDOWS]).gather(window)
    weekdays = pl.Series([f", {words}" if words else "" for _, words in _DAYS]).gather(days)
    often = pl.Series([". " if count is None else f"; {count} veces al año bastan. " for count in _TIMES]).gather(times)
    return ("Prefiere " + channel + " " + hours + weekdays + often + pl.Series(_NEVER).gather(never)).str.strip_chars()


def window_minutes(window: Ints) -> tuple[Ints, Ints]:
    """From and to, in minutes, of each window."""
    return np.array([start for start, *_ in WINDOWS])[window], np.array([end for _, end, _ in WINDOWS])[window]
