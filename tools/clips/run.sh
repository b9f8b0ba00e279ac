#!/bin/sh
# Makes the bundled rooms again, in an environment of its own. Arguments: names of rooms; none means all.
# Needs Python 3.11 and the font of Debian's fonts-wqy-microhei.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
font=/usr/share/fonts/truetype/wqy/wqy-microhei.ttc

if [ ! -f "$font" ]; then
    echo "The Chinese font is missing: $font. On Debian: apt-get install fonts-wqy-microhei" >&2
    exit 1
fi
if ! cmp -s "$here/requirements.txt" "$here/.venv/installed.txt"; then
    "${PYTHON:-python3.11}" -m venv --clear "$here/.venv"
    "$here/.venv/bin/pip" install --quiet --require-hashes -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$here/.venv/installed.txt"
fi
export TF_CPP_MIN_LOG_LEVEL=3
exec "$here/.venv/bin/python" "$here/make_clips.py" "$here/../../pipelines/demo/rooms" "$@"
