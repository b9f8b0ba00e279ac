"""Makes the bundled gallery from the icons of the npm package `simple-icons` (CC0).

    npm pack simple-icons && tar xzf simple-icons-*.tgz
    pip install resvg-py
    python tools/gallery/convert_icons.py package detectors/data/gallery

The drawings are in the public domain; the marks remain trademarks of their owners, and are here to be recognised.
Thresholds are measured on 120 drawn pictures without marks (`detectors/frame/gallery/harmless.py`).
"""

import argparse
import json
from pathlib import Path

import resvg_py

from detectors.frame.gallery.harmless import harmless_picture
from detectors.frame.gallery.match import MarkIndex
from detectors.frame.gallery.measure import false_scores, threshold_above
from detectors.frame.gallery.store import Entry, cut_mark, picture_templates, write_entries

BRANDS = (
    "adidas", "nike", "puma", "newbalance", "underarmour", "reebok", "jordan", "fila", "thenorthface", "uniqlo",
    "ferrari", "lamborghini", "porsche", "audi", "bmw", "mcdonalds", "starbucks", "apple", "monster", "beats", "lining",
    "anta", "maserati", "astonmartin", "bentley", "tesla", "playstation",
)  # fmt: skip
PICTURES = 120


def main() -> None:
    """Convert, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("icons", type=Path)
    parser.add_argument("gallery", type=Path)
    options = parser.parse_args()
    version = json.loads((options.icons / "package.json").read_text())["version"]
    options.gallery.mkdir(parents=True, exist_ok=True)
    templates, titles = {}, {}
    for name in BRANDS:
        svg = (options.icons / "icons" / f"{name}.svg").read_text()
        titles[name] = svg.split("<title>")[1].split("</title>")[0]
        drawn = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=256, height=256, background="white"))
        (options.gallery / f"{name}.png").write_bytes(cut_mark(drawn))
        templates[name] = picture_templates((options.gallery / f"{name}.png").read_bytes())
    highest = false_scores(MarkIndex(templates), (harmless_picture(seed) for seed in range(PICTURES)))
    entries = []
    for name in BRANDS:
        threshold = threshold_above(highest.get(name, 0.0))
        if threshold is None:
            print(f"{name}: too common, highest false score {highest[name]:.2f}; left out")
            (options.gallery / f"{name}.png").unlink()
            continue
        entries.append(
            Entry(
                name=name, brand=titles[name], pictures=(f"{name}.png",), threshold=threshold,
                measured=f"{PICTURES} drawn pictures: highest false score {highest.get(name, 0.0):.2f}",
                source=f"simple-icons {version} (CC0)",
            )
        )  # fmt: skip
    write_entries(options.gallery, entries)


if __name__ == "__main__":
    main()
