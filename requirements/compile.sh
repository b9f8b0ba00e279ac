#!/bin/sh
# Pins every dependency with hashes. Run after changing pyproject.toml or a .in file; needs `uv`.
# opencv-python is overridden away: opencv-python-headless gives the same module without libGL.
set -eu
cd "$(dirname "$0")/.."
pin="uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --override requirements/overrides.in"
$pin pyproject.toml requirements/runtime.in -o requirements/runtime.txt
$pin pyproject.toml requirements/runtime.in requirements/dev.in -c requirements/runtime.txt -o requirements/dev.txt
