#!/bin/sh
# Makes the disk of the machine that installed.sh boots: a minimal Debian 12 with what the package depends on, and the modules
# of the devices that the tests use. The package itself is not on it; it is installed in the machine. Prints the disk's path.
#
#   e2e/vm/image.sh PACKAGE.deb
#
# The disk stays in build/vm, and is made anew when the package depends on something else, or when this file has changed.
# Needs root, as mmdebstrap does. MIRROR is where the packages come from, as mmdebstrap takes it; its own choice if left out.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=kernel.sh
. "$root/e2e/vm/kernel.sh"
need mmdebstrap mmdebstrap mke2fs e2fsprogs
fetch_kernel

# The first of alternatives, without versions: systemd | other, libc6 (>= 2.34) → systemd,libc6
depends=$(dpkg-deb -f "$1" Depends | tr , '\n' | sed 's/[|(].*//; s/ //g' | paste -s -d ,)
key=$(echo "$depends $(basename "$modules")" | cat - "$0" | sha256sum | cut -c 1-12)
disk=$cache/disk-$key.ext4
if [ -e "$disk" ]; then
	echo "$disk"
	exit
fi
[ "$(id -u)" = 0 ] || {
	echo "image.sh: needs root" >&2
	exit 2
}

echo "image.sh: making a disk with Debian 12 and $depends" >&2
rm -f "$cache"/disk-*
tree=$cache/disk.tree
rm -rf "$tree"
trap 'rm -rf "$tree" "$disk.new"' EXIT
mmdebstrap --quiet --variant=minbase --include="systemd-sysv,dbus,udev,kmod,$depends" \
	--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
	bookworm "$tree" ${MIRROR:+"$MIRROR"} >&2

lib=$tree/lib/modules/$(basename "$modules")
for module in vivid i2c_dev i2c_stub uinput; do
	add_module "$lib" "$module"
done
rm "$lib/order"
cp "$modules"/modules.builtin* "$modules/modules.order" "$lib"
chroot "$tree" depmod "$(basename "$modules")"

echo vehicle >"$tree/etc/hostname"
echo 0123456789abcdef0123456789abcdef >"$tree/etc/machine-id" # else the first boot is special
touch "$tree/etc/.updated" "$tree/var/.updated"               # and begins with updates of what is new
mke2fs -q -t ext4 -d "$tree" "$disk.new" 2500M >&2
mv "$disk.new" "$disk"
echo "$disk"
