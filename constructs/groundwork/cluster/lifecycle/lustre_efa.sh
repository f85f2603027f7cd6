#!/bin/bash
# Gives LNet, Lustre's network, the EFA devices of this node and prefers them to TCP. Fails where that cannot be: Lustre
# would mount by TCP all the same, many times slower, and say nothing of it. Done at each start of the node, before
# kubelet; a second run changes nothing.
#
# The same steps as AWS's set-up, which would have to be downloaded, and as many devices:
# https://docs.aws.amazon.com/fsx/latest/LustreGuide/configure-efa-clients.html and
# https://docs.aws.amazon.com/eks/latest/userguide/fsx-csi-tuning-efa.html (read 2026-11-23)
set -euo pipefail

root=${GROUNDWORK_ROOT:-}

fail() { echo "failed: $*. Without EFA the file system would be mounted by TCP." >&2; exit 1; }

load() { modprobe "$@" || fail "the image has no kernel module $1"; }

shown() { lnetctl "$1" show "${@:2}" 2>/dev/null || true; }

efa_devices() {
  local device driver
  for device in "$root"/sys/class/infiniband/*; do
    driver=$(readlink "$device/device/driver") || continue
    [ "$(basename "$driver")" != efa ] || basename "$device"
  done | sort --version-sort
}

# One file system takes 1024 devices of all its clients.
wanted_devices() {
  case "$1" in
    p6-b300.48xlarge) echo 16 ;;
    p5.48xlarge | p5e.48xlarge | p5en.48xlarge | p6-b200.48xlarge | p6e-gb200.36xlarge) echo 8 ;;
    *) echo 2 ;;
  esac
}

# Where packets to the VPC leave; asking for a route sends none. A node that has just started may have none yet.
ip_interface() {
  local route
  for _ in $(seq 12); do
    route=$(ip -4 -o route get 192.0.2.1 2>/dev/null) && [[ $route =~ \ dev\ ([^ ]+) ]] \
      && echo "${BASH_REMATCH[1]}" && return 0
    sleep "${GROUNDWORK_POLL_SECONDS:-5}"
  done
  return 1
}

mapfile -t devices < <(efa_devices)
[ "${#devices[@]}" -gt 0 ] || fail "the node has no EFA device"
# On Nitro the firmware knows the type.
wanted=$(wanted_devices "$(cat "$root/sys/devices/virtual/dmi/id/product_name")")
[ "$wanted" -le "${#devices[@]}" ] || wanted=${#devices[@]}
interface=$(ip_interface) || fail "the node has no route to the VPC"

load lnet
load kefalnd "ipif_name=$interface"
load ksocklnd
lnetctl lnet configure || echo "LNet is configured already"
# TCP stays: clients find the servers by it before they talk by EFA.
[[ $(shown net --net tcp) == *@tcp* ]] || lnetctl net add --net tcp --if "$interface" \
  || fail "LNet does not take the interface $interface"
configured=$(shown net --net efa)
for ((place = 0; place < wanted; place++)); do
  # Evenly over the network cards, which have up to four devices each.
  device=${devices[$((place * ${#devices[@]} / wanted))]}
  grep --quiet --word-regexp "$device" <<<"$configured" && continue
  lnetctl net add --net efa --if "$device" --peer-credits 32 || fail "LNet does not take the device $device"
done
lnetctl set discovery 1 || fail "LNet does not look for the servers' EFA"
[[ $(shown udsp) == *"src: efa"* ]] || lnetctl udsp add --src efa --priority 0 || fail "LNet does not prefer EFA to TCP"
load lustre
up=$(grep --count "status: up" <<<"$(shown net --net efa)" || true)
[ "$up" -ge "$wanted" ] || fail "$up of $wanted EFA devices are up in LNet"
echo "LNet has $up EFA devices, and TCP on $interface"
