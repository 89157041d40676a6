#!/usr/bin/env bash
# Builds for arm64 on another machine: the tests of the pure Go packages, which run under emulation, and every binary,
# with Debian's OpenCV and ZeroMQ for arm64 unpacked into build/arm64-sysroot. Nothing of arm64 is installed.
#
# Emulation shows that the code runs and that its layouts hold. It cannot show a missing memory barrier: the emulator
# orders memory like the machine under it. The barriers are looked for in the compiled code, by a test of shm.
set -euo pipefail
cd "$(dirname "$0")/.."

sysroot=$PWD/build/arm64-sysroot
triplet=aarch64-linux-gnu

run_pure_tests() {
	local packages emulator=()
	packages=$(tools/pure-packages.sh)
	if [ "$(go env GOHOSTARCH)" != arm64 ]; then
		tools/deps.sh emulation
		emulator=(-exec "$(command -v qemu-aarch64-static)")
	fi
	# shellcheck disable=SC2086  # one word a package
	CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go test "${emulator[@]}" $packages
}

# Unpacked packages have run no install script: the two links that Debian's alternatives would make are made here.
make_sysroot() {
	local lib=$sysroot/usr/lib/$triplet
	[ ! -e "$sysroot/.complete" ] || return 0
	rm -rf "$sysroot"
	mkdir -p build
	mmdebstrap --variant=extract --architectures=arm64 --include=libopencv-dev,libzmq3-dev \
		"$(. /etc/os-release && echo "$VERSION_CODENAME")" "$sysroot"
	ln -s blas/libblas.so.3 lapack/liblapack.so.3 "$lib/"
	touch "$sysroot/.complete"
}

build_binaries() {
	tools/deps.sh cross
	make_sysroot
	export CGO_ENABLED=1 GOOS=linux GOARCH=arm64
	export CC="$triplet-gcc --sysroot=$sysroot" CXX="$triplet-g++ --sysroot=$sysroot"
	export PKG_CONFIG_SYSROOT_DIR=$sysroot
	export PKG_CONFIG_LIBDIR=$sysroot/usr/lib/$triplet/pkgconfig:$sysroot/usr/share/pkgconfig
	mkdir -p build/arm64
	go vet ./...
	go build -buildvcs=false -o build/arm64/ ./cmd/...
	printf 'build/arm64: '
	(cd build/arm64 && echo *)
}

[ "$(go env GOHOSTARCH)" = arm64 ] || build_binaries
unset CGO_ENABLED GOOS GOARCH CC CXX PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_LIBDIR
run_pure_tests
