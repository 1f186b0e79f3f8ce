# SPDX-License-Identifier: Apache-2.0
# Shared by scripts/run and scripts/test.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages=(
  g++ clang llvm cmake ninja-build pkg-config git ca-certificates linux-libc-dev
  bpftool libbpf-dev libelf-dev zlib1g-dev nlohmann-json3-dev libspdlog-dev libfmt-dev prometheus-cpp-dev
  libyaml-cpp-dev libre2-dev libcli11-dev uuid-dev libsystemd-dev libssl-dev libsqlite3-dev libcurl4-openssl-dev
)
# The compiler's 32-bit libraries. gcc-multilib itself excludes the cross compilers.
multilib() {
  local package
  package=$(apt-cache depends gcc-multilib 2>/dev/null | sed -n 's/^ *Depends: \(gcc-[0-9]*-multilib\)$/\1/p')
  echo "${package:-gcc-multilib}"
}

test_packages=(
  libgtest-dev libgmock-dev "$(multilib)" iproute2 procps lsof gdb curl util-linux
  libbenchmark-dev prometheus prometheus-alertmanager openssl python3-jsonschema python3-yaml sqlite3 clang-format-19 clang-tidy-19
)
# What the kernel matrix boots guests with, and fills them with.
kernel_packages=(
  qemu-system-x86 debian-archive-keyring binutils python3
  bash coreutils dash findutils mawk mount util-linux busybox-static kmod iproute2 procps lsof strace ncurses-base
)
# What makes the packages, and what their tests use.
package_packages=(dpkg-dev file)
package_test_packages=(
  lintian man-db groff bash-completion zsh fish systemd mmdebstrap e2fsprogs qemu-system-x86 debian-archive-keyring
  busybox-static python3
)

say() { printf '== %s\n' "$*" >&2; }

need_root() {
  if [ "$(id -u)" -ne 0 ]; then
    echo "$0 needs root, to install packages and to load BPF programs: run it with sudo." >&2
    exit 1
  fi
}

missing() {
  local package
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -q '^installed$' || echo "$package"
  done
}

install() {
  local wanted
  mapfile -t wanted < <(missing "$@")
  if [ "${#wanted[@]}" -eq 0 ]; then
    return
  fi
  say "installing ${wanted[*]}"
  apt-get update -q >&2 || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${wanted[@]}" >&2
}

# build PRESET [cmake arguments]
build() {
  local preset=$1
  shift
  say "building $preset"
  (cd "$root" && cmake --preset "$preset" "$@" >&2 && cmake --build --preset "$preset" >&2)
}
