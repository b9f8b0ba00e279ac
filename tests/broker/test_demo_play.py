"""Playing rooms ends when it must: at a wrong line, not at the end of the clip."""

import threading
import time

import pytest

from pipelines.demo.play import play
from pipelines.demo.room import bundled_rooms, room_of
from pipelines.errors import InputError

pytestmark = pytest.mark.parametrize(
    "broker_settings", [pytest.param("embedded", marks=pytest.mark.embedded)], indirect=True
)


@pytest.mark.parametrize("file", ["danmaku.jsonl", "listings.jsonl", "reports.jsonl", "lifecycle.jsonl"])
def test_a_wrong_line_beside_a_clip_stops_the_show_and_is_named(broker_settings, tmp_path, new_room, file):
    clip = tmp_path / f"{new_room()}.mp4"
    clip.symlink_to(bundled_rooms()[0].clip)
    (tmp_path / file).write_text('{"at_ms": "soon"}\n')
    began_s = time.monotonic()
    with pytest.raises(InputError, match=f"{file}:1"):
        play([room_of(clip)], broker_settings, stop=threading.Event())
    assert time.monotonic() - began_s < 20, "the clip takes 50 s"
