"""Scenes by name: each draws one frame at `t_s` seconds from the words that the script puts into its slots."""

from collections.abc import Callable
from dataclasses import dataclass

from backdrops import backdrop, table
from boards import banner, led_board, note_card, price_board
from closeups import collar_with_taped_label, tongue_with_open_label
from draw import Point, Sheet, sway
from figure import HOSTS, draw_hand, draw_host
from goods import flower_vase, running_shoe, tote_bag, tweed_jacket
from script import Scene

_PRICE_COLOURS = {"night": ("#fff4d6", "#d8232f"), "day": ("#ffffff", "#c2412d")}
_BANNER_COLOURS = {"night": ("#b3123f", "#ffe9b0"), "day": ("#2f6f64", "#fff8e8")}
_LED_BRIGHT, _LED_DIM = "#ff6048", "#d8432f"


@dataclass(frozen=True)
class Shot:
    """One moment of one scene: `words` by slot, `t_s` seconds since the clip's start, `mouth` open by 0..1."""

    look: str
    words: dict[str, str]
    t_s: float
    mouth: float

    def sway(self, period_s: float, amount: float) -> float:
        """Where something that moves back and forth is now, within +-`amount`."""
        return sway(self.t_s, period_s, amount)

    def lines(self, slot: str) -> tuple[str, ...]:
        """A slot that holds several lines, parted by bars."""
        return tuple(self.words[slot].split("|"))


def draw_frame(look: str, scene: Scene, t_s: float, mouth: float) -> Sheet:
    """One frame, opaque.

    Raises:
        KeyError: the script names a scene, or leaves out a slot, that is not known here.
    """
    sheet, shot = Sheet(), Shot(look, scene.words, t_s, mouth)
    _SCENES[scene.kind](sheet, shot)
    _lay_boards(sheet, shot)
    return sheet


def _lay_boards(sheet: Sheet, shot: Shot) -> None:
    """The boards that any scene may have."""
    words = shot.words
    if "led" in words:
        sheet.lay(led_board(words["led"], _LED_BRIGHT if shot.t_s % 2.0 < 1.6 else _LED_DIM), (10, 24))
    if "banner" in words:
        width = max(300, 60 + 27 * len(words["banner"]))
        cloth = banner(words["banner"], *_BANNER_COLOURS[shot.look], width=width)
        sheet.lay(cloth, (206 - width / 2, 118 if "led" in words else 34))
    if "now" in words:
        board = price_board(words["was"], words["now"], *_PRICE_COLOURS[shot.look])
        sheet.lay_turned(board, (126 + shot.sway(6.0, 1.5), 672), shot.sway(4.5, 1.0) + 2)


def _talk(sheet: Sheet, shot: Shot) -> None:
    """The host behind the counter, hands talking along."""
    left = (138 + shot.sway(1.7, 9), 520 + shot.sway(1.3, 10))
    right = (294 + shot.sway(1.9, 10), 500 + shot.sway(1.5, 16))
    _host_at_counter(sheet, shot, (216, 330), (left, right))
    if "card" in shot.words:
        sheet.lay_turned(note_card(shot.lines("card"), "#fffaf0", "#a3312a"), (300, 678), shot.sway(5, 1))


def _jacket(sheet: Sheet, shot: Shot) -> None:
    """The host holds up a tweed jacket."""
    x, y, turn = 216 + shot.sway(2.6, 7), 480 + shot.sway(1.9, 5), shot.sway(3.3, 3)
    _host_at_counter(sheet, shot, (216, 300), ((x - 76, y - 92 + turn), (x + 76, y - 92 - turn)))
    sheet.lay_turned(tweed_jacket(), (x, y), turn)
    for side in (-1, 1):
        draw_hand(sheet, HOSTS[shot.look], (x + side * 78, y - 92 - side * turn), side)


def _bag(sheet: Sheet, shot: Shot) -> None:
    """The host holds a bag by its handle and points at it."""
    x, y, turn = 236 + shot.sway(2.9, 8), 520 + shot.sway(2.1, 5), shot.sway(2.4, 4)
    _host_at_counter(sheet, shot, (216, 300), ((x - 98 + shot.sway(1.4, 8), y), (x, y - 100)))
    sheet.lay_turned(tote_bag(), (x, y), turn)
    draw_hand(sheet, HOSTS[shot.look], (x, y - 102), 1)


def _shoe(sheet: Sheet, shot: Shot) -> None:
    """The host holds a shoe on both palms."""
    x, y, turn = 216 + shot.sway(2.7, 7), 496 + shot.sway(1.8, 6), shot.sway(3.1, 5)
    _host_at_counter(sheet, shot, (216, 310), ((x - 96, y + 44 + turn), (x + 96, y + 44 - turn)))
    sheet.lay_turned(running_shoe(), (x, y), turn)


def _flowers(sheet: Sheet, shot: Shot) -> None:
    """The host beside a vase of artificial flowers, a card in front."""
    left = (140 + shot.sway(1.6, 8), 520 + shot.sway(1.4, 8))
    right = (300 + shot.sway(2.0, 6), 470 + shot.sway(1.7, 8))
    _host_at_counter(sheet, shot, (190, 330), (left, right))
    sheet.lay_turned(flower_vase(), (336, 512), shot.sway(4.0, 1.2))
    sheet.lay_turned(note_card(shot.lines("card"), "#fffaf0", "#2f6f64"), (216, 674), shot.sway(5, 1))


def _host_at_counter(sheet: Sheet, shot: Shot, neck: Point, hands: tuple[Point, Point]) -> None:
    sheet.lay(backdrop(shot.look))
    draw_host(sheet, HOSTS[shot.look], neck, hands, t_s=shot.t_s, mouth=shot.mouth)
    table(sheet, shot.look)


def _collar(sheet: Sheet, shot: Shot) -> None:
    collar_with_taped_label(sheet, shot.t_s)


def _tongue(sheet: Sheet, shot: Shot) -> None:
    tongue_with_open_label(sheet, shot.t_s, shot.lines("label"))


_SCENES: dict[str, Callable[[Sheet, Shot], None]] = {
    "talk": _talk,
    "jacket": _jacket,
    "bag": _bag,
    "shoe": _shoe,
    "flowers": _flowers,
    "collar": _collar,
    "tongue": _tongue,
}
