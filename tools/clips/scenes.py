"""Scenes by name: each draws one frame at `t_s` seconds from the words that the script puts into its slots."""

from collections.abc import Callable

from backdrops import backdrop, table
from boards import banner, led_board, note_card, price_board
from closeups import collar_with_taped_label, tongue_with_open_label
from draw import Sheet, sway
from figure import HOSTS, draw_hand, draw_host
from goods import flower_vase, running_shoe, tote_bag, tweed_jacket
from script import Scene

SceneWords = dict[str, str]

_PRICE_COLOURS = {"night": ("#fff4d6", "#d8232f"), "day": ("#ffffff", "#c2412d")}
_BANNER_COLOURS = {"night": ("#b3123f", "#ffe9b0"), "day": ("#2f6f64", "#fff8e8")}


def draw_frame(look: str, scene: Scene, t_s: float, mouth: float) -> Sheet:
    """One frame, opaque.

    Raises:
        KeyError: the script names a scene, or leaves out a slot, that is not known here.
    """
    sheet = Sheet()
    _SCENES[scene.kind](sheet, look, scene.words, t_s, mouth)
    _lay_boards(sheet, look, scene.words, t_s)
    return sheet


def _lay_boards(sheet: Sheet, look: str, words: SceneWords, t_s: float) -> None:
    """The boards that any scene may have."""
    if "led" in words:
        steady = t_s % 2.0 < 1.6
        sheet.lay(led_board(words["led"], "#ff4b3a" if steady else "#c9382c"), (10, 24))
    if "banner" in words:
        sheet.lay(banner(words["banner"], *_BANNER_COLOURS[look], width=max(300, 60 + 27 * len(words["banner"]))),
                  (206 - max(300, 60 + 27 * len(words["banner"])) / 2, 118 if "led" in words else 34))  # fmt: skip
    if "now" in words:
        board = price_board(words["was"], words["now"], *_PRICE_COLOURS[look])
        sheet.lay_turned(board, (126 + sway(t_s, 6.0, 1.5), 672), sway(t_s, 4.5, 1.0) + 2)


def _talk(sheet: Sheet, look: str, words: SceneWords, t_s: float, mouth: float) -> None:
    """The host behind the counter, hands talking along."""
    sheet.lay(backdrop(look))
    hands = ((138 + sway(t_s, 1.7, 9), 520 + sway(t_s, 1.3, 10)), (294 + sway(t_s, 1.9, 10), 500 + sway(t_s, 1.5, 16)))
    draw_host(sheet, HOSTS[look], (216, 330), t_s, mouth, hands)
    table(sheet, look)
    if "card" in words:
        sheet.lay_turned(note_card(tuple(words["card"].split("|")), "#fffaf0", "#a3312a"), (300, 678), sway(t_s, 5, 1))


def _jacket(sheet: Sheet, look: str, words: SceneWords, t_s: float, mouth: float) -> None:
    """The host holds up a tweed jacket."""
    sheet.lay(backdrop(look))
    x, y, turn = 216 + sway(t_s, 2.6, 7), 480 + sway(t_s, 1.9, 5), sway(t_s, 3.3, 3)
    draw_host(sheet, HOSTS[look], (216, 300), t_s, mouth, ((x - 76, y - 92 + turn), (x + 76, y - 92 - turn)))
    table(sheet, look)
    sheet.lay_turned(tweed_jacket(), (x, y), turn)
    for side in (-1, 1):
        draw_hand(sheet, HOSTS[look], (x + side * 78, y - 92 - side * turn), side)


def _bag(sheet: Sheet, look: str, words: SceneWords, t_s: float, mouth: float) -> None:
    """The host holds a bag by its handle and points at it."""
    sheet.lay(backdrop(look))
    x, y, turn = 236 + sway(t_s, 2.9, 8), 520 + sway(t_s, 2.1, 5), sway(t_s, 2.4, 4)
    draw_host(sheet, HOSTS[look], (216, 300), t_s, mouth, ((x - 98 + sway(t_s, 1.4, 8), y), (x, y - 100)))
    table(sheet, look)
    sheet.lay_turned(tote_bag(), (x, y), turn)
    draw_hand(sheet, HOSTS[look], (x, y - 102), 1)


def _shoe(sheet: Sheet, look: str, words: SceneWords, t_s: float, mouth: float) -> None:
    """The host holds a shoe on both palms."""
    sheet.lay(backdrop(look))
    x, y, turn = 216 + sway(t_s, 2.7, 7), 496 + sway(t_s, 1.8, 6), sway(t_s, 3.1, 5)
    draw_host(sheet, HOSTS[look], (216, 310), t_s, mouth, ((x - 96, y + 44 + turn), (x + 96, y + 44 - turn)))
    table(sheet, look)
    sheet.lay_turned(running_shoe(), (x, y), turn)


def _flowers(sheet: Sheet, look: str, words: SceneWords, t_s: float, mouth: float) -> None:
    """The host beside a vase of artificial flowers, a card in front."""
    sheet.lay(backdrop(look))
    hands = ((140 + sway(t_s, 1.6, 8), 520 + sway(t_s, 1.4, 8)), (300 + sway(t_s, 2.0, 6), 470 + sway(t_s, 1.7, 8)))
    draw_host(sheet, HOSTS[look], (190, 330), t_s, mouth, hands)
    table(sheet, look)
    sheet.lay_turned(flower_vase(), (336, 512), sway(t_s, 4.0, 1.2))
    sheet.lay_turned(note_card(tuple(words["card"].split("|")), "#fffaf0", "#2f6f64"), (216, 674), sway(t_s, 5, 1))


def _collar(sheet: Sheet, look: str, words: SceneWords, t_s: float, mouth: float) -> None:
    collar_with_taped_label(sheet, t_s)


def _tongue(sheet: Sheet, look: str, words: SceneWords, t_s: float, mouth: float) -> None:
    tongue_with_open_label(sheet, t_s, tuple(words["label"].split("|")))


_SCENES: dict[str, Callable[[Sheet, str, SceneWords, float, float], None]] = {
    "talk": _talk,
    "jacket": _jacket,
    "bag": _bag,
    "shoe": _shoe,
    "flowers": _flowers,
    "collar": _collar,
    "tongue": _tongue,
}
