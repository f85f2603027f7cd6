#!/bin/bash
# Moves the data of containerd and kubelet to the large volume, and prepares the node for EFA and Lustre. Downloads
# nothing, so that it works without internet: drivers and libraries are those of the node's image.
set -euo pipefail

root=${GROUNDWORK_ROOT:-}
volume=/opt/sagemaker
# shellcheck source=settings.sh
. "$(dirname "$0")/settings.sh"

say() { echo "$*"; }

wait_for_volume() {
  for _ in $(seq 12); do
    mountpoint --quiet "$root$volume" && return 0
    sleep "${GROUNDWORK_POLL_SECONDS:-5}"
  done
  return 1
}

containerd_config() {
  local runtime=runc binary=/usr/sbin/runc
  if [ -x "$root/usr/bin/nvidia-container-runtime" ]; then
    runtime=nvidia binary=/usr/bin/nvidia-container-runtime
  fi
  cat <<CONFIG
version = 2
root = "$1"
state = "/run/containerd"

[grpc]
address = "/run/containerd/containerd.sock"

[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "localhost/kubernetes/pause"
enable_cdi = true

[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "/etc/containerd/certs.d:/etc/docker/certs.d"

[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/opt/cni/bin"
conf_dir = "/etc/cni/net.d"

[plugins."io.containerd.grpc.v1.cri".containerd]
default_runtime_name = "$runtime"
discard_unpacked_layers = true

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.$runtime]
runtime_type = "io.containerd.runc.v2"
base_runtime_spec = "/etc/containerd/base-runtime-spec.json"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.$runtime.options]
BinaryName = "$binary"
SystemdCgroup = true
CONFIG
}

move_containerd() {
  local data=$volume/containerd config=/etc/containerd/config.toml
  mkdir -p "$root$data"
  # shellcheck source=/dev/null
  case "$(. "$root/etc/os-release" && echo "$VERSION_ID")" in
    2)
      sed --in-place --regexp-extended "s|^[# ]*root *=.*|root = \"$data/data-root\"|" \
        "$root/etc/eks/containerd/containerd-config.toml"
      ;;
    2023)
      # Written whole: the image's own file is made later, when the node joins, and names no other root.
      containerd_config "$data/data-root" >"$root$data/config.toml"
      mkdir -p "$root/etc/systemd/system/containerd.service.d"
      cat >"$root/etc/systemd/system/containerd.service.d/override.conf" <<UNIT
[Service]
ExecStart=
ExecStart=/usr/bin/containerd --config $data/config.toml
UNIT
      systemctl daemon-reload
      if [ ! -d "$root$data/data-root" ] && [ -d "$root/var/lib/containerd" ]; then
        cp --archive "$root/var/lib/containerd" "$root$data/data-root"
      fi
      ;;
    *) say "not an image that is known here: containerd stays on the root volume" ;;
  esac
}

move_kubelet() {
  local data=$volume/kubelet
  [ -L "$root/var/lib/kubelet" ] && return 0 # done before: a second run changes nothing
  mkdir -p "$root$data" "$root/var/lib/kubelet"
  cp --archive "$root/var/lib/kubelet/." "$root$data/"
  rm --recursive --force "$root/var/lib/kubelet"
  ln --symbolic "$data" "$root/var/lib/kubelet"
}

# Pages of 2 MiB, and a driver; both outlive a restart.
prepare_fabric() {
  compgen -G "$root/sys/class/infiniband/*" >/dev/null || return 0
  local pages=$((hugepages_mib / 2)) file=$root/proc/sys/vm/nr_hugepages
  if [ "$(cat "$file")" -lt "$pages" ]; then
    mkdir -p "$root/etc/sysctl.d"
    echo "vm.nr_hugepages = $pages" >"$root/etc/sysctl.d/90-fabric.conf"
    echo "$pages" >"$file"
    [ "$(cat "$file")" -ge "$pages" ] || say "only $(cat "$file") huge pages could be reserved"
  fi
  if modprobe gdrdrv; then
    mkdir -p "$root/etc/modules-load.d"
    echo gdrdrv >"$root/etc/modules-load.d/fabric.conf"
  else
    say "no GDRCopy driver in this image: GPU memory is copied by way of the host"
  fi
}

# kubelet starts after it, and not without it: no pod mounts the file system by TCP, also after a restart of the node.
prepare_lustre_efa() {
  local script=/usr/local/sbin/lustre-efa units=$root/etc/systemd/system
  mkdir -p "$root$(dirname "$script")" "$units/kubelet.service.d"
  install --mode=0755 "$(dirname "$0")/lustre_efa.sh" "$root$script"
  cat >"$units/lustre-efa.service" <<UNIT
[Unit]
Description=FSx for Lustre by EFA
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
TimeoutStartSec=300
ExecStart=$script

[Install]
WantedBy=multi-user.target
UNIT
  cat >"$units/kubelet.service.d/50-lustre-efa.conf" <<UNIT
[Unit]
Requires=lustre-efa.service
After=lustre-efa.service
UNIT
  systemctl daemon-reload
  systemctl enable lustre-efa.service
  # Run here and not started there: its error stands in this log, and ends this script.
  "$root$script"
}

if wait_for_volume; then
  move_containerd
  move_kubelet
else
  say "$volume is not mounted: containerd and kubelet stay on the root volume"
fi
prepare_fabric
if [ "${GROUNDWORK_LUSTRE_EFA:-}" = yes ]; then
  prepare_lustre_efa
else
  modprobe lustre || say "no Lustre client in this image"
fi
say "done"
