#!/usr/bin/env bash
# Builds the packages and tests them where they are installed: in a booted Debian of this machine's architecture, deployed to one over
# ssh, and in an arm64 tree under emulation.
set -euo pipefail
cd "$(dirname "$0")/.."

[ "$(id -u)" = 0 ] || {
	echo 'e2e: boots machines, which needs root: sudo make e2e' >&2
	exit 1
}
tools/deps.sh build
tools/deps.sh e2e
tools/emulator.sh
export LANEKEEPER_BOOT=1
packaging/build.sh
[ "$(dpkg --print-architecture)" = arm64 ] || ARCH=arm64 packaging/build.sh
for deb in build/deb/lanekeeper_*.deb build/deb/lane-viewer_*.deb; do
	lintian --allow-root --fail-on error,warning "$deb"
done
# The first measures the machines that it boots, so nothing runs beside it.
go test -count=1 -timeout 30m -v ./e2e/booted
go test -count=1 -p 2 -timeout 30m -v ./e2e/deploy ./e2e/foreign
