"""Has spoken lines recognised by whisper-base: FOLDER/VOICE.opus and .tsv to FOLDER/VOICE.jsonl.

Usage (in the project's own environment): PYTHONPATH=. python tools/voices/hear_lines.py FOLDER VOICE…
"""

import csv
import sys
from pathlib import Path

import msgspec

from detectors.engines.speech import Sound, load_speech_engine
from pipelines.media import read_audio
from pipelines.models import speech_model
from pipelines.settings import Settings

BYTES_A_MS = 32
MARGIN_MS = 150
BATCH = 8


def main(folder: Path, voices: list[str]) -> None:
    """Write one JSON line for each spoken line: its columns, `heard` and `others`."""
    engine = load_speech_engine("whisper", speech_model(Settings()), threads=1)
    for voice in voices:
        pcm = b"".join(read_audio(folder / f"{voice}.opus"))
        with (folder / f"{voice}.tsv").open(encoding="utf-8", newline="") as source:
            lines = list(csv.DictReader(source, delimiter="\t"))
        with (folder / f"{voice}.jsonl").open("wb") as out:
            for at in range(0, len(lines), BATCH):
                some = lines[at : at + BATCH]
                for line, said in zip(some, engine.transcribe_many([_cut(pcm, line) for line in some]), strict=True):
                    row = {**line, "heard": said.text, "others": said.alternatives}
                    out.write(msgspec.json.encode(row) + b"\n")
                out.flush()


def _cut(pcm: bytes, line: dict[str, str]) -> Sound:
    start_ms = max(0, int(line["start_ms"]) - MARGIN_MS)
    end_ms = int(line["end_ms"]) + MARGIN_MS
    return Sound(pcm=pcm[start_ms * BYTES_A_MS : end_ms * BYTES_A_MS], start_ms=0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
