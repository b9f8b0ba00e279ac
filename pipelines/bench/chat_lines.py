"""Chat lines for measurements: ordinary shopping chat by a small grammar, some prices, and a share of evasive lines.

Drawn from a seeded generator: the same number of lines is always the same lines.
"""

import tomllib
from pathlib import Path
from random import Random  # noqa: TID251 - made-up test lines, not a decision

from detectors.text.term import Term
from schemas import TermCategory

LINE_CHARS = 30
EVASIVE_SHARE = 0.02
"""Of the lines: more than an honest room has, so no easy case."""

PRICE_SHARE = 0.01
"""Of the lines name a price; viewers mostly ask for it."""

SEED = 4

_HIDDEN = frozenset({TermCategory.GRADE, TermCategory.BRAND_ALIAS, TermCategory.EVASION, TermCategory.OFF_PLATFORM})


def chat_lines(count: int, terms: tuple[Term, ...], *, seed: int = SEED) -> list[str]:
    """`count` lines of `LINE_CHARS` characters: several remarks joined and cut.

    Args:
        count: how many.
        terms: the evasive lines write one of their grade words, aliases, evasions or contacts around a filter.
        seed: another one gives other lines.
    """
    grammar = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    chat = _Chat(Random(seed), {name: words.split() for name, words in grammar.items()})  # noqa: S311 - no secret
    hidden = [term.term for term in terms if term.category in _HIDDEN]
    return [chat.line(hidden) for _ in range(count)]


class _Chat:
    """Draws lines."""

    def __init__(self, draw: Random, words: dict[str, list[str]]) -> None:
        self._draw, self._words = draw, words

    def line(self, hidden: list[str]) -> str:
        remarks, lot = [], self._draw.random()
        if lot < EVASIVE_SHARE:
            remarks.append(self._remark("suspect", _disguised(self._draw, self._draw.choice(hidden))))
        elif lot < EVASIVE_SHARE + PRICE_SHARE:
            remarks.append(self._remark("price"))
        joint = self._draw.choice((" ", "，", "，", "。"))
        while len(joint.join(remarks)) < LINE_CHARS:
            remarks.append(self._remark("ordinary"))
        return joint.join(remarks)[:LINE_CHARS]

    def _remark(self, kind: str, term: str = "") -> str:
        draw, words = self._draw, self._words
        drawn = {name: draw.choice(words[name]) for name in ("who", "what", "how", "colour")}
        numbers = {
            "tall": draw.randint(150, 180), "heavy": draw.randint(90, 160), "few": draw.randint(1, 9),
            "price": draw.randint(19, 399),
        }  # fmt: skip
        return draw.choice(words[kind]).format(term=term, **drawn, **numbers)


def _disguised(draw: Random, term: str) -> str:
    """One of the common ways around a filter: a mark between, full width, a letter twice, an emoji inside; or plain."""
    wide = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in term)
    return draw.choice((
        draw.choice("*.-_·").join(term), wide, term[0] + term, term[0] + draw.choice("🔥🎁✨") + term[1:], term,
    ))  # fmt: skip
