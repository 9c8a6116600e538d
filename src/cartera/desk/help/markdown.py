"""One page of the guide, from Markdown to HTML that the product may show: no raw HTML, links to where the page is here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

KEYS = re.compile(r"&lt;(/?)kbd&gt;")
"""The only HTML that the guide writes."""

Rewrite = Callable[[str], str]
"""Where a link of the source leads in the product; empty when there is nothing to go to."""


@dataclass(slots=True)
class Part:
    """What stands under one heading: `level` 1 is the page itself, `text` is what a search reads."""

    level: int
    title: str
    anchor: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page: its title, what is under it, and its parts in order, the page's own opening first."""

    title: str
    html: SafeString
    parts: Sequence[Part] = field(default_factory=tuple)


def anchor_of(heading: str) -> str:
    """The name of a heading in an address, as readers of the repository's pages give it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def render(source: str, *, link: Rewrite, picture: Rewrite) -> Rendered:
    """The page as HTML, without its title. Raw HTML is written out as text; keys alone are drawn as keys."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(source)
    parts = list(_parts(tokens))
    title = next((part.title for part in parts if part.level == 1), "")
    html = reader.renderer.render(list(_shown(tokens, link, picture)), reader.options, {})
    return Rendered(title, mark_safe(KEYS.sub(r"<\1kbd>", html)), tuple(parts))


def _parts(tokens: Sequence[Token]) -> Iterator[Part]:
    part = Part(1, "", "")
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline" and before and before.type == "heading_open":
            if part.title or part.text:
                yield part
            title = _said(token)
            part = Part(int(before.tag[1]), title, anchor_of(token.content))
        elif token.type in ("inline", "fence"):
            part.text = f"{part.text} {_said(token)}".strip()
    yield part


def _said(token: Token) -> str:
    """The words of a token, without marks and without what pictures are called."""
    if not token.children:
        return token.content
    words = (" " if child.type == "softbreak" else child.content for child in token.children if child.type != "image")
    return re.sub(r"</?kbd>", "", "".join(words))


def _shown(tokens: Sequence[Token], link: Rewrite, picture: Rewrite) -> Iterator[Token]:
    """The tokens that are drawn: no title, headings with names, tables and code within the width, our own links."""
    in_title = False
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            in_title = True
        if not in_title:
            yield from _dressed(token, tokens, at, link, picture)
        if token.type == "heading_close" and token.tag == "h1":
            in_title = False


def _dressed(token: Token, tokens: Sequence[Token], at: int, link: Rewrite, picture: Rewrite) -> Iterator[Token]:
    if token.type == "heading_open":
        token.attrSet("id", anchor_of(tokens[at + 1].content))
    if token.type == "table_open":
        token.attrSet("class", "c-table")
        yield _html('<div class="c-scroll" tabindex="0">')
    if token.type == "fence":
        yield _html(f'<pre class="c-pre" tabindex="0"><code>{escape(token.content)}</code></pre>\n')
        return
    if token.children:
        token.children = list(_inline(token.children, link, picture))
    yield token
    if token.type == "table_close":
        yield _html("</div>")


def _inline(children: Sequence[Token], link: Rewrite, picture: Rewrite) -> Iterator[Token]:
    """The words of a line; a link to nowhere leaves its words and loses its link."""
    dead: list[bool] = []
    for child in children:
        if child.type == "link_open":
            target = link(str(child.attrGet("href") or ""))
            child.attrSet("href", target)
            dead.append(not target)
            if not target:
                continue
        elif child.type == "link_close":
            if dead.pop():
                continue
        elif child.type == "image":
            child.attrSet("src", picture(str(child.attrGet("src") or "")))
            child.attrSet("loading", "lazy")
        yield child


def _html(text: str) -> Token:
    return Token("html_block", "", 0, content=text)
