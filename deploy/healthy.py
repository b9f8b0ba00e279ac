"""The health check of the image: exit status 0 when the worker of this container answers on the loopback."""  # noqa: INP001 (a script)

import os
import sys
import urllib.request

TIMEOUT_S = 4

port = os.environ.get("DAJIA_METRICS_PORT", "9400")  # noqa: TID251 (a script of the image, which loads nothing of ours)
try:
    urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=TIMEOUT_S).close()
except OSError as error:
    sys.exit(f"no worker answers at 127.0.0.1:{port}: {error}")
