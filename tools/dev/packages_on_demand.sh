# Brings in what a verb of ./dev lacks; quick when nothing is lacking. Sourced by ./dev.
# shellcheck shell=bash

# as_root COMMAND...: runs it as root, with sudo for those who are not.
as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "dev: this needs root: $*" >&2
    return 1
  fi
}

# missing PACKAGE...: prints those that are not installed.
missing() {
  local present
  present=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  local package
  for package in "$@"; do
    grep -qxF "installed $package" <<<"$present" || echo "$package"
  done
}

is_debian_12() {
  grep -qs '^VERSION_ID="12"' /etc/os-release
}

# need PACKAGE...: installs those that are not.
need() {
  local lacking
  mapfile -t lacking < <(missing "$@")
  ((${#lacking[@]})) || return 0
  if ! is_debian_12; then
    echo "dev: not Debian 12; install the likes of these yourself: ${lacking[*]}" >&2
    return 1
  fi
  echo "dev: installing ${lacking[*]}"
  as_root "$here/tools/dev/install_packages.sh" "${lacking[@]}"
}

# unpack PACKAGE FOLDER: FOLDER/PACKAGE/ holds the package's files; nothing is installed.
unpack() {
  local package=$1 folder=$2 scratch
  [[ -d $folder/$package ]] && return
  echo "dev: fetching $package"
  mkdir -p "$folder"
  scratch=$(mktemp -d "$folder/fetch.XXXXXX")
  if ! download "$scratch" "$package"; then
    as_root apt-get update -qq
    download "$scratch" "$package"
  fi
  dpkg-deb -x "$scratch"/*.deb "$scratch/files"
  mv "$scratch/files" "$folder/$package"
  rm -r "$scratch"
}

download() {
  local options=(-qq)
  ((EUID == 0)) && options+=(-o APT::Sandbox::User=root) # the folder is ours, not _apt's
  (cd "$1" && apt-get "${options[@]}" download "$2")
}

# unpack_kernel: Debian's cloud kernel, unpacked once under build/lab/.
unpack_kernel() {
  compgen -G "$here/build/lab/linux-image-*/boot/vmlinuz-*" >/dev/null && return
  local real
  real=$(real_kernel_package)
  if [[ -z $real ]]; then
    as_root apt-get update -qq
    real=$(real_kernel_package)
  fi
  unpack "$real" "$here/build/lab"
}

real_kernel_package() {
  apt-cache depends "$kernel_package" 2>/dev/null | awk '/Depends: linux-image/ { print $2; exit }'
}

need_lab() {
  need "${lab_packages[@]}"
  unpack_kernel
  local package
  for package in "${lab_unpacked[@]}"; do
    unpack "$package" "$here/build/lab"
  done
}

need_clients() {
  need "${client_packages[@]}"
  local package
  for package in "${client_unpacked[@]}" "${peer_unpacked[@]}"; do
    unpack "$package" "$here/build/peers"
  done
}

# need_engine: docker and docker-compose, whosoever's; one that is there is not replaced.
need_engine() {
  { docker version >/dev/null 2>&1 || command -v dockerd >/dev/null || need "$engine_package"; } &&
    { compose_is_there || need "$compose_package"; } &&
    { ! is_debian_12 || need "${stack_packages[@]}"; }
}

compose_is_there() {
  docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null
}
