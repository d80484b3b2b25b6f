# Which Debian 12 packages each part of the work needs. Sourced by ./dev.
#
# `installed`: packages that start nothing when they are installed.
# `unpacked`: programs whose packages would start a daemon, or that would take over a service of this
# computer; fetched and unpacked under build/peers/, and run from there inside namespaces only.
# shellcheck shell=bash disable=SC2034  # read by those who source this

build_packages=(
  g++ cmake ninja-build ccache pkg-config
  libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc
  libabsl-dev libsqlite3-dev libcli11-dev libspdlog-dev libyaml-cpp-dev
  libcap-ng-dev libjemalloc-dev
)
test_packages=(libgtest-dev libgmock-dev)
bench_packages=(libbenchmark-dev)
# libclang-rt: the sanitizer headers that abseil includes, for clang-tidy reads the sanitizer tree.
lint_packages=(clang-format-14 clang-tidy-14 libclang-rt-14-dev shellcheck python3)
fuzz_packages=(clang-14 libclang-rt-14-dev libgtest-dev libgmock-dev)

# Machines that boot, and the network they stand on.
lab_packages=(
  qemu-system-x86 ovmf ipxe-qemu pxelinux syslinux-common syslinux-efi
  busybox-static iproute2 python3 fdisk mtools
  libdevmapper1.02.1 # for grub-mkimage
)
# Loaders whose packages would touch this computer's own way of booting.
lab_unpacked=(ipxe grub-efi-amd64-signed shim-signed grub-pc-bin grub-common)
# Clients and judges that we did not write.
client_packages=(python3-scapy tshark atftp curl systemd) # systemd: for systemd-networkd
client_unpacked=(tftp-hpa isc-dhcp-client dhcpcd-base isc-dhcp-relay kea-admin) # kea-admin: for perfdhcp

# Servers that are measured and tested beside ours, and the libraries that they bring.
peer_packages=(iproute2 python3 strace)
peer_unpacked=(
  kea-dhcp4-server kea-common liblog4cplus-2.0.5 libmariadb3 libpq5
  isc-dhcp-server
  dnsmasq-base libnetfilter-conntrack3 libnfnetlink0 libnftables1 libnftnl11
  tftpd-hpa atftpd libwrap0
)

# What the dev stack needs where there is no container engine; debootstrap: for where no registry is.
engine_package=docker.io
compose_package=docker-compose
stack_packages=(debootstrap python3)

# The kernel that the machines boot: the package behind this name, unpacked under build/lab/.
kernel_package=linux-image-cloud-amd64
