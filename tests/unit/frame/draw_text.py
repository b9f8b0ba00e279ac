"""Draws frames with Chinese boards, captions and prices, from a seed, and measures how much of them OCR reads.

    python tests/unit/frame/draw_text.py draw     # writes the pictures that the tests read, and their words
    python tests/unit/frame/draw_text.py measure  # recall by size of picture and height of text, milliseconds a frame

Needs a CJK font (see `draw_labels.py`); the tests only need the pictures.
"""

import json
import random
import sys
import time
from collections import defaultdict
from pathlib import Path

from draw_labels import Picture, _cloth, _finish

from detectors.engines.ocr import load_ocr_engine
from detectors.frame.picture import decode_jpeg

PICTURES = Path(__file__).parent / "pictures"
LINES = (
    "直播间专享价", "专柜价36800元", "今日特价299元", "懂的都懂", "不要打字", "一号链接", "顶级原单", "老驴家同款",
    "新款上架", "支持七天无理由", "限时抢购", "全场包邮", "秋冬新款外套", "仅限今晚", "自助下单", "假一赔十",
    "关注主播", "已售1268件",
)  # fmt: skip
HEIGHTS = (14, 18, 24, 32, 44)
TEST_SEEDS = (0, 1, 42)
SIZES = ((405, 720), (720, 1280), (1080, 1920))


def draw_text(seed: int, size: tuple[int, int]) -> tuple[bytes, list[tuple[str, int]]]:
    """A JPEG, and its lines with their height in pixels of a picture 405 wide."""
    dice = random.Random(f"text/{seed}")
    picture = _cloth(dice, 405, 720)
    written = []
    for row, line in enumerate(dice.sample(LINES, 5)):
        height = dice.choice([one for one in HEIGHTS if one * len(line) < 330])
        width, tall = height * len(line) + 30, height * 1.6
        board = Picture(width, tall)
        dark = dice.random() < 0.5
        board.rect((0, 0, width, tall), (24, 22, 28) if dark else (250, 248, 240), dice.choice((0, 8)))
        ink = (250, 236, 190) if dark else dice.choice(((200, 30, 40), (30, 30, 36)))
        board.text((width / 2, tall / 2), line, height, ink, bold=dice.random() < 0.5)
        picture.lay(
            board, (dice.uniform(width / 2 + 4, 401 - width / 2), 80 + row * 130), dice.uniform(-4, 4), shadow=0.3
        )
        written.append((line, height))
    return _finish(dice, picture, size=size), written


def draw() -> None:
    """Write the pictures of the tests and `words.json`."""
    words = {}
    for seed in TEST_SEEDS:
        data, written = draw_text(seed, SIZES[0])
        (PICTURES / f"text-{seed}.jpg").write_bytes(data)
        words[f"text-{seed}.jpg"] = [line for line, _ in written]
    (PICTURES / "words.json").write_text(json.dumps(words, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def measure(count: int = 24) -> None:
    """Print recall of whole lines and milliseconds a frame."""
    engine = load_ocr_engine(threads=1)
    for size in SIZES:
        hits: dict[int, list[bool]] = defaultdict(list)
        spent = 0.0
        for seed in range(1000, 1000 + count):
            data, written = draw_text(seed, size)
            image = decode_jpeg(data, max_pixels=10_000_000)
            begun = time.process_time()
            read = "|".join(box.text.replace(" ", "") for box in engine.read(image))
            spent += time.process_time() - begun
            for line, height in written:
                hits[height].append(line in read)
        shares = {height: f"{sum(found)}/{len(found)}" for height, found in sorted(hits.items())}
        total = [one for found in hits.values() for one in found]
        print(f"{size}: {sum(total) / len(total):.3f} of lines, {1000 * spent / count:.0f} ms CPU a frame, {shares}")


if __name__ == "__main__":
    {"draw": draw, "measure": measure}[sys.argv[1]]()
