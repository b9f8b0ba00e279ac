"""A picture that is small in its file and huge in memory is refused before it is unpacked."""

import struct
import subprocess
import sys
import zlib

SIDE = 12_000
"""432 MB when unpacked, under 2 MB in the file."""
MOST_MB = 250
"""The process without a picture takes about 120 MB."""


def write_huge_png(path):
    def part(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    packer = zlib.compressobj()
    pixels = b"".join(packer.compress(bytes(3 * SIDE + 1)) for _ in range(SIDE)) + packer.flush()  # not unpacked here
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", pixels) + part(b"IEND", b""))


def test_a_huge_picture_costs_no_memory(tmp_path):
    write_huge_png(tmp_path / "huge.png")
    code = (
        "import sys; from pathlib import Path; from pipelines.cli.frame import video_frames\n"
        "from pipelines.errors import SourceError\n"
        "try: list(video_frames(Path(sys.argv[1]), fps=1, max_pixels=8_300_000))\n"
        "except SourceError as error: print(error)\n"
        # not ru_maxrss: that begins with the size of the process that started this one
        "status = Path('/proc/self/status').read_text()\n"
        "print(int(status.split('VmHWM:')[1].split()[0]) // 1024)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "huge.png")]
    said, megabytes = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert "at most 8300000 pixels" in said
    assert int(megabytes) < MOST_MB
