#!/usr/bin/env bash
# Lets this machine run arm64 programs as if they were its own.
#
# Tests start themselves anew as other processes, and a tree's programs start each other, so the kernel must know what runs an
# arm64 program. On a booted Debian the package has told it; in a container, or before that, this does, until the next boot.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/deps.sh emulation
[ ! -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ] || exit 0
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
echo 'emulator: telling the kernel to run arm64 programs with qemu (/proc/sys/fs/binfmt_misc)'
"${as_root[@]}" sh -c 'set -e
	[ -e /proc/sys/fs/binfmt_misc/register ] || mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
	cat /usr/lib/binfmt.d/qemu-aarch64.conf >/proc/sys/fs/binfmt_misc/register'
