"""What is written in the room: the LED board, the banner, the price board, the note cards."""

import functools

from draw import Sheet


@functools.lru_cache
def led_board(words: str, colour: str) -> Sheet:
    """A running-light board, 392 x 70, whose characters are made of dots and glow."""
    board = Sheet(412, 90)
    board.panel((10, 8, 402, 78), "#121016", 8, edge="#3c3844")
    letters = Sheet(412, 90)
    letters.text((206, 43), words, 34, colour)
    dots = Sheet(412, 90)
    for gap in range(0, 412, 3):
        dots.stroke([(gap, 0), (gap, 90)], (10, 8, 14, 110), 0.5)
    for gap in range(0, 90, 3):
        dots.stroke([(0, gap), (412, gap)], (10, 8, 14, 110), 0.5)
    dots.clip_to(letters)
    board.lay(letters.blurred(5))
    board.lay(letters)
    board.lay(dots)
    return board.with_shadow()


@functools.lru_cache
def banner(words: str, ground: str, colour: str, width: int = 300) -> Sheet:
    """A cloth banner with swallow tails, `width` x 48."""
    cloth = Sheet(width + 20, 68)
    cloth.polygon([(10, 14), (30, 34), (10, 54), (width + 10, 54), (width - 10, 34), (width + 10, 14)], ground)
    cloth.panel((30, 8, width - 10, 56), ground, 5)
    cloth.text((width / 2 + 10, 32), words, 26, colour)
    return cloth.with_shadow(3, 4)


@functools.lru_cache
def price_board(was: str, now: str, ground: str, accent: str) -> Sheet:
    """A standing board, 212 x 122: the old price struck through above today's price."""
    board = Sheet(232, 144)
    board.panel((10, 8, 222, 130), ground, 12, edge=accent)
    board.text((116, 38), was, 26, "#6d6470", bold=False)
    board.stroke([(34, 40), (198, 36)], (190, 40, 50, 200), 2)
    board.text((116, 90), now, 38, accent)
    return board.with_shadow()


@functools.lru_cache
def note_card(lines: tuple[str, ...], ground: str, colour: str, size: int = 26) -> Sheet:
    """A hand-held card, one line of text under the other."""
    width = max(len(line) for line in lines) * size + 44
    height = len(lines) * (size + 14) + 24
    card = Sheet(width + 20, height + 20)
    card.panel((10, 6, width + 10, height + 6), ground, 10, edge=colour)
    for row, line in enumerate(lines):
        card.text((width / 2 + 10, 6 + 12 + (row + 0.5) * (size + 14)), line, size, colour)
    return card.with_shadow()
