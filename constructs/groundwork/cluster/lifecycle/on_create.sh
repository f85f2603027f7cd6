#!/bin/bash
# What HyperPod runs on a new node. Says what happened, also where the node is given up right afterwards.
set -uo pipefail

log=${GROUNDWORK_ROOT:-}/var/log/provision/provisioning.log
mkdir -p "$(dirname "$log")"

say() { echo "$(date --utc +%FT%TZ) $*" | tee -a "$log"; }

say "on_create.sh begins"
if bash "$(dirname "$0")/on_create_main.sh" >>"$log" 2>&1; then
  say "on_create.sh is done"
  exit 0
fi
say "on_create_main.sh failed; waiting 60 seconds, so that the log is shipped before the node goes"
sync
sleep "${GROUNDWORK_LOG_SECONDS:-60}"
exit 1
