#!/usr/bin/env bash
# Builds for arm64 on another machine: every binary, against Debian's OpenCV and ZeroMQ for arm64 unpacked into
# build/arm64-sysroot, and the tests of the pure Go packages, which run under emulation. Nothing of arm64 is installed.
#
# Emulation shows that the code runs and that its layouts hold. It cannot show a missing memory barrier: the emulator
# orders memory like the machine under it. The barriers are looked for in the compiled code, by a test of shm.
set -euo pipefail
cd "$(dirname "$0")/.."

sysroot=$PWD/build/arm64-sysroot
triplet=aarch64-linux-gnu

# Unpacked packages have run no install script: the two links that Debian's alternatives would make are made here.
make_sysroot() {
	local lib=$sysroot/usr/lib/$triplet
	[ ! -e "$sysroot/.complete" ] || return 0
	rm -rf "$sysroot"
	mkdir -p build
	mmdebstrap --quiet --variant=extract --architectures=arm64 --include=libopencv-dev,libzmq3-dev \
		"$(. /etc/os-release && echo "$VERSION_CODENAME")" "$sysroot"
	ln -s blas/libblas.so.3 lapack/liblapack.so.3 "$lib/"
	touch "$sysroot/.complete"
}

build_binaries() (
	export CGO_ENABLED=1 GOOS=linux GOARCH=arm64
	export CC="$triplet-gcc --sysroot=$sysroot" CXX="$triplet-g++ --sysroot=$sysroot"
	export PKG_CONFIG_SYSROOT_DIR=$sysroot
	export PKG_CONFIG_LIBDIR=$sysroot/usr/lib/$triplet/pkgconfig:$sysroot/usr/share/pkgconfig
	mkdir -p build/arm64
	go vet ./...
	go build -buildvcs=false -o build/arm64/ ./cmd/...
)

# Each binary must find its libraries and say what it is.
start_binaries() {
	local binary
	for binary in build/arm64/*; do
		printf '%s --help\n' "$binary"
		QEMU_LD_PREFIX=$sysroot "$binary" --help >/dev/null
	done
}

# LANE_EMULATED tells a test that the kernel under it is an emulator's, which gives no address with a SIGBUS.
test_pure_packages() {
	local packages
	packages=$(tools/pure-packages.sh | grep -v -E '^lanekeeper/(cmd|e2e|internal)/')
	# shellcheck disable=SC2086  # one word a package
	LANE_EMULATED=1 CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go test -short $packages
}

if [ "$(go env GOHOSTARCH)" = arm64 ]; then
	echo 'arm64: this machine is one: make build and make test do the same'
	exit
fi
tools/deps.sh cross
make_sysroot
build_binaries
tools/emulator.sh
start_binaries
test_pure_packages
