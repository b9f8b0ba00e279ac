#!/bin/sh
# Makes the secrets of the compose file, once; what is there stays.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
for name in metrics-token grafana-password; do
  # Containers run as other users than this one: the folder keeps others out, the files can be read inside.
  [ -s "secrets/$name" ] || { head -c 24 /dev/urandom | base64 | tr -d '\n' > "secrets/$name"; chmod 644 "secrets/$name"; }
done
# The gateway and its client call the same two words by different names.
if [ ! -s secrets/vault.env ]; then
  key="$(head -c 24 /dev/urandom | base64)"
  printf 'ROOT_ACCESS_KEY=dajia\nROOT_SECRET_KEY=%s\nAWS_ACCESS_KEY_ID=dajia\nAWS_SECRET_ACCESS_KEY=%s\n' "$key" "$key" > secrets/vault.env
fi
echo "secrets are in $(pwd)/secrets" >&2
