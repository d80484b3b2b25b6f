#!/usr/bin/env bash
# Puts the programs that are built on this computer, or removes them: install.sh install|uninstall.
# With DESTDIR it fills that folder, as a package is made, and touches nothing else. Starts and
# enables nothing. What people have written or what pxed knows is never replaced and never removed.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=${DESTDIR:-}
programs=${PXE_BIN:-build/release/bin}

# mode, what, where
files=(
  "755 $programs/pxed /usr/local/sbin/pxed"
  "755 $programs/pxeadm /usr/local/bin/pxeadm"
  "644 deploy/pxed.service /usr/local/lib/systemd/system/pxed.service"
  "644 deploy/pxed.sysctl.conf /usr/local/lib/sysctl.d/60-pxed.conf"
  "644 docs/operations.md /usr/local/share/doc/pxed/operations.md"
  "644 docs/roles.md /usr/local/share/doc/pxed/roles.md"
  "644 LICENSE /usr/local/share/doc/pxed/LICENSE"
)
settings=/etc/pxed/pxed.yaml
boot_files=/srv/tftp
user=pxed

put() {
  local mode source target
  for file in "${files[@]}"; do
    read -r mode source target <<<"$file"
    install -D -m "$mode" "$source" "$root$target"
  done
  [[ -e $root$settings ]] || install -D -m 644 deploy/pxed.yaml "$root$settings"
  install -d -m 755 "$root$boot_files"
  [[ -n $root ]] || make_user
}

make_user() {
  getent passwd "$user" >/dev/null ||
    useradd --system --user-group --no-create-home --home-dir /var/lib/pxed \
      --shell /usr/sbin/nologin "$user"
}

remove() {
  if [[ -z $root ]] && systemctl is-active --quiet pxed 2>/dev/null; then
    echo "install: pxed is running; first: systemctl disable --now pxed" >&2
    exit 1
  fi
  local target
  for file in "${files[@]}"; do
    target=${file##* }
    rm -f "$root$target"
  done
  rmdir --ignore-fail-on-non-empty "$root/usr/local/share/doc/pxed" 2>/dev/null || true
}

case ${1:-} in
  install)
    put
    cat <<END_OF_TEXT
pxed is installed, and nothing is started or enabled. As root:

  pxeadm bootfiles install              # the loaders, into $boot_files
  editor $settings        # name the interface
  systemctl enable --now pxed
  pxeadm status
END_OF_TEXT
    ;;
  uninstall)
    remove
    echo "pxed is removed; $settings, /var/lib/pxed, $boot_files and the user $user are kept"
    ;;
  *)
    echo "usage: [DESTDIR=FOLDER] $0 install|uninstall" >&2
    exit 2
    ;;
esac
