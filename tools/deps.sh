#!/usr/bin/env bash
# Installs through apt what a job needs and this machine lacks, after saying what and why. Where nothing is missing it
# needs neither root nor network, and prints nothing.
#
#   tools/deps.sh build          compile Lanekeeper
#   tools/deps.sh test           test it, besides
#   tools/deps.sh check          check a change
#   tools/deps.sh emulation      run arm64 tests on another machine
#   tools/deps.sh e2e            boot the package in a Debian tree
#   tools/deps.sh package        build the package
#   tools/deps.sh machine        test in an emulated machine
#   tools/deps.sh cross          link arm64 binaries on another machine
#   tools/deps.sh page           build the page of lane-viewer
#   tools/deps.sh browser        try it in a browser
set -euo pipefail
cd "$(dirname "$0")/.."

die() {
	printf 'deps: %s\n' "$@" >&2
	exit 1
}

# A 32-bit system on a 64-bit kernel is common on the Raspberry Pi, so the userland is asked, not the kernel.
check_architecture() {
	local bits arch
	bits=$(getconf LONG_BIT)
	arch=$(dpkg --print-architecture 2>/dev/null || uname -m)
	[ "$bits" = 64 ] || die "unsupported architecture $arch: Lanekeeper needs a 64-bit system (amd64 or arm64)." \
		"On a Raspberry Pi 3 or newer install the 64-bit Raspberry Pi OS; a 64-bit kernel alone is not enough."
}

check_go() {
	local need have how
	need=$(awk '$1 == "go" { print $2 }' go.mod)
	how="Get Go $need or newer from https://go.dev/dl/, unpack it to /usr/local and put /usr/local/go/bin on your PATH."
	if ! command -v go >/dev/null; then
		[ ! -x /usr/local/go/bin/go ] ||
			die "go is in /usr/local/go/bin, which is not on the PATH: export PATH=\$PATH:/usr/local/go/bin"
		die "go is not installed. $how" "Debian 12's own golang package is 1.19, which is too old."
	fi
	# Asked outside the module: an old go cannot read our go.mod, a newer one would fetch another toolchain first.
	have=$(cd / && GOTOOLCHAIN=local go env GOVERSION)
	have=${have#go}
	[ "$(printf '%s\n' "$need" "$have" | sort -V | head -n 1)" = "$need" ] && return
	# From 1.21 on the go command fetches the version that go.mod names, unless it was told not to.
	[ "$(printf '%s\n' 1.21 "$have" | sort -V | head -n 1)" = 1.21 ] &&
		[ "$(cd / && go env GOTOOLCHAIN)" != local ] && return
	die "Lanekeeper needs Go $need or newer, and $(command -v go) is $have. $how" \
		"Debian 12's own golang package is 1.19, which is too old."
}

missing=()
have_command() { command -v "$1" >/dev/null; }
have_library() { have_command pkg-config && pkg-config --exists "$1"; }

# need PACKAGE WHY TEST… notes the Debian package when the test fails.
need() {
	local package=$1 why=$2
	shift 2
	"$@" && return
	missing+=("$package")
	reasons+=("$(printf '  %-24s %s' "$package" "$why")")
}
reasons=()

install_missing() {
	local as_root=()
	printf 'deps: this machine lacks\n' >&2
	printf '%s\n' "${reasons[@]}" >&2
	have_command apt-get || die "apt-get is not here to install them: install their equivalents by hand, then try again."
	if [ "$(id -u)" != 0 ]; then
		have_command sudo || die "installing needs root, and sudo is not here. As root run: apt-get install ${missing[*]}"
		as_root=(sudo)
	fi
	printf 'deps: installing them now: %sapt-get install %s\n' "${as_root[*]:+${as_root[*]} }" "${missing[*]}" >&2
	as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
	# The package lists are fetched only when they do not lead to the packages: not there yet, or out of date.
	apt-cache show "${missing[@]}" >/dev/null 2>&1 || "${as_root[@]}" update >&2
	"${as_root[@]}" install --no-install-recommends "${missing[@]}" >&2 && return
	"${as_root[@]}" update >&2
	"${as_root[@]}" install --no-install-recommends "${missing[@]}" >&2 ||
		die "apt-get could not install ${missing[*]}: its own message is above."
}

case ${1:-build} in
build)
	check_architecture
	check_go
	need g++ "compiles the bindings to OpenCV and ZeroMQ" have_command g++
	need gcc "compiles the bindings to OpenCV and ZeroMQ" have_command gcc
	need pkg-config "tells the compiler where the libraries are" have_command pkg-config
	need libopencv-dev "reads video and images; finds lanes" have_library opencv4
	need libzmq3-dev "ZeroMQ, which telemetry is sent with" have_library libzmq
	;;
test)
	need python3-zmq "reads telemetry as others' viewers do" /usr/bin/python3 -c "import zmq"
	;;
check)
	need shellcheck "reads the shell scripts" have_command shellcheck
	;;
emulation)
	need qemu-user-static "runs arm64 programs on this machine" have_command qemu-aarch64-static
	;;
cross)
	need g++-aarch64-linux-gnu "compiles C++ for arm64" have_command aarch64-linux-gnu-g++
	need mmdebstrap "fetches OpenCV and ZeroMQ for arm64 into build/" have_command mmdebstrap
	;;
e2e)
	need mmdebstrap "makes Debian trees to boot" have_command mmdebstrap
	need systemd-container "boots them" have_command systemd-nspawn
	need openssh-client "deploys over ssh" have_command ssh
	need lintian "looks at the package" have_command lintian
	;;
machine)
	need qemu-system-x86 "emulates the machine" have_command qemu-system-x86_64
	need busybox-static "finds the machine's disk" have_command busybox
	need cpio "packs what the machine boots from" have_command cpio
	need mmdebstrap "fetches the machine's Debian" have_command mmdebstrap
	need e2fsprogs "makes the machine's disk" have_command mke2fs
	;;
page)
	need nodejs "builds the page of lane-viewer" have_command node
	need npm "fetches what the page is built with" have_command npm
	;;
browser)
	need nodejs "drives the browser" have_command node
	need npm "fetches what drives the browser" have_command npm
	need chromium "shows the page" have_command chromium
	;;
package)
	check_go
	need mmdebstrap "makes trees of a distribution to build a package in" have_command mmdebstrap
	;;
*)
	die "unknown job $1: test, check, e2e, machine, package, page, browser, build, emulation or cross"
	;;
esac
[ ${#missing[@]} = 0 ] || install_missing
