#!/usr/bin/env bash
# Builds lanekeeper's packages for a distribution and an architecture, in a tree of that distribution, so that the dependencies
# are computed by its own tools from its own libraries.
#
#   packaging/build.sh                         Debian 12, this machine's architecture
#   DIST=bookworm ARCH=arm64 packaging/build.sh
#
# DIST     code name of a Debian or Ubuntu release that mmdebstrap knows
# ARCH     amd64 or arm64; another than this machine's is cross-compiled
# VERSION  of the packages; from packaging/debian/changelog and the commit if left out
# MIRROR   where the tree's packages come from, as mmdebstrap takes it; its own choice if left out
#
# The packages are put into build/deb: lanekeeper for the vehicle, lane-viewer for a laptop. The tree stays in build/deb/trees for the next time. Needs root: trees are mounted.
set -euo pipefail
cd "$(dirname "$0")/.."

DIST=${DIST:-bookworm}
ARCH=${ARCH:-$(dpkg --print-architecture)}
native=$(dpkg --print-architecture)
tree=$PWD/build/deb/trees/$DIST-$native-$ARCH
out=$PWD/build/deb

die() {
	printf 'build.sh: %s\n' "$@" >&2
	exit 1
}

# version is the changelog's, marked with the commit between two releases.
version() {
	local released commit
	released=$(sed -n '1s/^lanekeeper (\(.*\)) .*/\1/p' packaging/debian/changelog)
	commit=$(git log -1 --format='git%cd.%h' --date=format:%Y%m%d%H%M --abbrev=8 2>/dev/null) || commit=local
	git describe --exact-match --match "v$released" >/dev/null 2>&1 && echo "$released" || echo "$released~$commit"
}

make_tree() {
	local packages=debhelper,lld,pkg-config,fakeroot,libopencv-dev:$ARCH,libzmq3-dev:$ARCH,build-essential
	local architectures=$native
	[ ! -e "$tree/.complete" ] || return 0
	[ "$ARCH" = "$native" ] || {
		packages+=,crossbuild-essential-$ARCH
		architectures+=,$ARCH
	}
	mountpoint -q "$tree/opt/go" && die "$tree is in use: unmount $tree/opt/go first"
	rm -rf "$tree"
	mkdir -p "$(dirname "$tree")"
	printf 'build.sh: making a tree of %s for %s\n' "$DIST" "$ARCH"
	mmdebstrap --quiet --variant=apt --architectures="$architectures" --include="$packages" \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		"$DIST" "$tree" ${MIRROR:+"$MIRROR"}
	touch "$tree/.complete"
}

# stage puts the source into the tree: what git knows of, and the modules.
stage() {
	local source=$tree/build/lanekeeper
	rm -rf "$tree/build"
	mkdir -p "$source" "$tree/opt/go" "$tree/opt/cache"
	git ls-files -z --cached --others --exclude-standard --deduplicate |
		while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
		tar --create --null --files-from=- | tar --extract --directory="$source"
	(cd "$source" && go mod vendor)
	cp -r "$source/packaging/debian" "$source/debian"
	sed -i "1s/(.*)/($VERSION)/" "$source/debian/changelog"
}

# compile runs in a mount namespace of its own, so that no mount outlives it. Go and its cache come from outside.
compile() {
	mkdir -p "$out/cache"
	# shellcheck disable=SC2016  # expanded inside
	unshare --mount sh -euc '
		mount --bind "$(go env GOROOT)" "$1/opt/go"
		mount --bind "$2/cache" "$1/opt/cache"
		mount -t proc proc "$1/proc"
		mount --rbind /dev "$1/dev"
		exec chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/nonexistent LC_ALL=C.UTF-8 GOROOT=/opt/go GOCACHE=/opt/cache \
			DEB_BUILD_OPTIONS="noautodbgsym nocheck" sh -euc "
				cd /build/lanekeeper
				dpkg-buildpackage --host-arch=$3 --build=binary --no-sign
			"
	' compile "$tree" "$out" "$ARCH"
}

[ "$(id -u)" = 0 ] || die 'needs root: sudo make deb'
VERSION=${VERSION:-$(version)}
tools/deps.sh package
make_tree
stage
compile
for package in lane-viewer lanekeeper; do # the vehicle's is named last: packaging/deploy.sh reads that
	deb=${package}_${VERSION#*:}_$ARCH.deb
	mv "$tree/build/$deb" "$out/$deb"
	printf 'build.sh: %s\n' "build/deb/$deb"
done
rm -rf "$tree/build"
