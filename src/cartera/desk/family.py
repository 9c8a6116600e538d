"""The people around a client, as a small drawing and in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy

from cartera.clients.models import Client, RelationshipKind
from cartera.clients.queries import Circle, Tie
from cartera.desk.drawing import figure
from cartera.desk.formats import initials

DRAWN_A_SIDE = 3
CENTRE_X, CENTRE_Y = 156.0, 88.0
LEFT_X, RIGHT_X = 62.0, 250.0
TOP, BOTTOM = 28.0, 140.0
LONGEST_LABEL = 22

# What the other is to the client: first when the client is the kind of the other, then when the other is the client's.
WORDS: dict[str, tuple[LazyText, LazyText]] = {
    RelationshipKind.SPOUSE: (gettext_lazy("spouse"), gettext_lazy("spouse")),
    RelationshipKind.PARENT: (gettext_lazy("child"), gettext_lazy("parent")),
    RelationshipKind.OWNER: (gettext_lazy("own company"), gettext_lazy("owner")),
    RelationshipKind.EMPLOYER: (gettext_lazy("works for the client"), gettext_lazy("employer")),
    RelationshipKind.REFERRED_BY: (gettext_lazy("recommended the client"), gettext_lazy("recommended by the client")),
    RelationshipKind.AUTHORISED: (
        gettext_lazy("authorised the client on its account"),
        gettext_lazy("authorised on the client's account"),
    ),
    RelationshipKind.INFLUENCE: (gettext_lazy("listens to the client"), gettext_lazy("centre of influence")),
}
LOOSE = frozenset({RelationshipKind.REFERRED_BY, RelationshipKind.INFLUENCE})
FAMILY = frozenset({RelationshipKind.SPOUSE, RelationshipKind.PARENT})
SAME_HOUSEHOLD = gettext_lazy("same household")


@dataclass(frozen=True, slots=True)
class Relative:
    """One client around another, and what it is to it. `brought`: it came because the client recommended us."""

    client: Client
    words: str
    is_family: bool
    is_loose: bool
    brought: bool


@dataclass(frozen=True, slots=True)
class Node:
    """A circle of the drawing with its line to the centre: dashed for a recommendation."""

    x: str
    y: str
    text_y: str
    label_y: str
    initials: str
    label: str
    tone: str
    dashed: bool


@dataclass(frozen=True, slots=True)
class Family:
    """The drawing, everybody in words, and what those whom the client recommended hold, in minor units."""

    initials: str
    tone: str
    nodes: Sequence[Node]
    relatives: Sequence[Relative]
    more: int
    hidden: int
    brought: int
    brought_assets_minor: int

    @property
    def is_empty(self) -> bool:
        return not self.relatives and not self.hidden


def family_of(client: Client, circle: Circle, most: int = 8) -> Family:
    """Who is drawn: family at the left, companies and recommendations at the right, the most assets first."""
    relatives = sorted(_relatives(circle), key=lambda one: (not one.is_family, -one.client.assets_minor))
    brought = [one for one in relatives if one.brought]
    return Family(
        initials=initials(client.name),
        tone=_tone(client),
        nodes=_nodes(relatives),
        relatives=relatives[:most],
        more=max(0, len(relatives) - most),
        hidden=circle.hidden,
        brought=len(brought),
        brought_assets_minor=sum(one.client.assets_minor for one in brought),
    )


def _relatives(circle: Circle) -> Iterable[Relative]:
    """Everybody once: who is tied in two ways is said in both."""
    ties: dict[int, list[Tie]] = {}
    for tie in circle.ties:
        ties.setdefault(tie.other.pk, []).append(tie)
    for tied in ties.values():
        yield Relative(
            client=tied[0].other,
            words="; ".join(_in_words(tie) for tie in tied),
            is_family=any(tie.kind in FAMILY for tie in tied),
            is_loose=all(tie.kind in LOOSE for tie in tied),
            brought=any(tie.kind == RelationshipKind.REFERRED_BY and not tie.outward for tie in tied),
        )
    for other in circle.household:
        yield Relative(other, str(SAME_HOUSEHOLD), is_family=True, is_loose=False, brought=False)


def _in_words(tie: Tie) -> str:
    words = str(WORDS[tie.kind][0 if tie.outward else 1])
    return ", ".join(filter(None, (words, tie.note, str(tie.since.year) if tie.since else "")))


def _nodes(relatives: Sequence[Relative]) -> list[Node]:
    """Three at each side at most: more would lie on each other."""
    family = [one for one in relatives if one.is_family]
    others = [one for one in relatives if not one.is_family]
    if not family or not others:
        family, others = list(relatives[:DRAWN_A_SIDE]), list(relatives[DRAWN_A_SIDE:])
    return [*_column(family[:DRAWN_A_SIDE], LEFT_X), *_column(others[:DRAWN_A_SIDE], RIGHT_X)]


def _column(relatives: Sequence[Relative], x: float) -> list[Node]:
    step = (BOTTOM - TOP) / max(1, len(relatives) - 1)
    return [
        _node(one, x, TOP + index * step if len(relatives) > 1 else CENTRE_Y) for index, one in enumerate(relatives)
    ]


def _node(relative: Relative, x: float, y: float) -> Node:
    name = relative.client.name if relative.client.kind == "company" else relative.client.given_name
    label = (name or relative.client.name).strip()
    return Node(
        x=figure(x),
        y=figure(y),
        text_y=figure(y + 4),
        label_y=figure(y + 28),
        initials=initials(relative.client.name),
        label=label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…",
        tone=_tone(relative.client),
        dashed=relative.is_loose,
    )


def _tone(client: Client) -> str:
    return client.tier.lower() or "d"
