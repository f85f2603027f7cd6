#!/bin/bash
# Two pods on two nodes: the first answers, the second sends. Fails unless libfabric finds EFA, a transfer by it is fast
# enough, and the devices themselves counted the bytes: software that falls back to TCP says nothing of it.
set -euo pipefail
PATH="/opt/amazon/efa/bin:$PATH"
export FI_PROVIDER=efa
root=${GROUNDWORK_ROOT:-}
size=1048576 iterations=2000

fail() { echo "failed: $*" >&2; exit 1; }

sent_bytes() {
  local total=0 counter
  for counter in "$root"/sys/class/infiniband/*/ports/1/hw_counters/tx_bytes; do
    [ -r "$counter" ] || fail "no EFA device in this pod"
    total=$((total + $(cat "$counter")))
  done
  echo "$total"
}

fi_info -p efa -t FI_EP_RDM >/dev/null || fail "libfabric finds no EFA device (fi_info -p efa)"
before=$(sent_bytes)
if [ "$JOB_COMPLETION_INDEX" = 0 ]; then
  timeout "$SECONDS_ALLOWED" fi_pingpong -p efa -e rdm -S "$size" -I "$iterations" || fail "nobody sent"
else
  deadline=$((SECONDS + SECONDS_ALLOWED))
  until result=$(timeout 120 fi_pingpong -p efa -e rdm -S "$size" -I "$iterations" "$SERVER"); do
    [ "$SECONDS" -lt "$deadline" ] || fail "no transfer to $SERVER by EFA"
    sleep "${GROUNDWORK_POLL_SECONDS:-5}"
  done
  echo "$result"
  rate=$(echo "$result" | awk '$1 == "1m" || $1 == "1048576" { print $6 }' | tail -1)
  [ -n "$rate" ] || fail "no rate in the answer of fi_pingpong"
  awk -v rate="$rate" -v least="$MIN_MEGABYTES" 'BEGIN { exit !(rate >= least) }' \
    || fail "$rate MB/s, and at least $MIN_MEGABYTES are wanted"
fi
moved=$(($(sent_bytes) - before))
[ "$moved" -ge $((size * iterations)) ] || fail "the EFA devices sent $moved bytes, and $((size * iterations)) were transferred: it went another way"
echo "passed: the EFA devices sent $moved bytes"
