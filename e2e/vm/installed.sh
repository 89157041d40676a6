#!/bin/sh
# Runs the tests of guest/ on a machine of their own: boots Debian in QEMU, installs the package, runs the tests as root.
# They, and nothing else, are what this prints, as go test -v does; the last line is "exit status: N", and N is what this ends
# with. The machine's console is left in build/vm/console.log.
#
#   e2e/vm/installed.sh [test flags]        such as: e2e/vm/installed.sh -test.run Camera
#
# LANEKEEPER_DEB names the package; else it is the newest in build/deb, which is built when there is none. The processor is
# emulated, so that it runs the same inside another virtual machine; that makes it about ten times slower.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=kernel.sh
. "$root/e2e/vm/kernel.sh"
need qemu-system-x86_64 qemu-system-x86 busybox busybox-static cpio cpio

rm -f "$cache/console.log"

newest_deb() {
	find "$root/build/deb" -maxdepth 1 -name "lanekeeper_*_amd64.deb" -printf '%T@ %p\n' 2>/dev/null | sort -rn | head -n 1 | cut -d ' ' -f 2-
}
deb=${LANEKEEPER_DEB:-$(newest_deb)}
if [ -z "$deb" ]; then
	ARCH=amd64 "$root/packaging/build.sh" >&2
	deb=$(newest_deb)
fi
echo "installed.sh: testing $(basename "$deb")" >&2
fetch_kernel
disk=$("$root/e2e/vm/image.sh" "$deb")

work=$(mktemp -d "$cache/installed.XXXXXX")
trap 'rm -rf "$work"' EXIT

# What the machine gets to see, read-only, as /run/e2e.
share=$work/share
mkdir "$share"
cp "$deb" "$share/lanekeeper.deb"
cp "$root/e2e/vm/guest/run.sh" "$root/e2e/vm/guest/e2e.service" "$root/e2e/vm/guest/slow.yaml" "$share"
echo "$*" >"$share/flags"
(cd "$root" && CGO_ENABLED=0 GOARCH=amd64 go test -c -o "$share/guest.test" ./e2e/vm/guest)

# The kernel finds its disk with what is in here, and systemd the unit that runs the tests.
tree=$work/initramfs
mkdir -p "$tree/bin" "$tree/proc" "$tree/sys" "$tree/dev" "$tree/disk"
cp "$(command -v busybox)" "$tree/bin/busybox"
for module in virtio_pci virtio_blk crc32c_generic ext4 9p 9pnet_virtio; do
	add_module "$tree/modules" "$module"
done
cat >"$tree/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
for module in $(cat /modules/order); do
	insmod /modules/$module || echo "loading $module failed"
done
mount -t ext4 /dev/vda /disk
mount -t tmpfs -o mode=755 run /disk/run
wanted=/disk/run/systemd/system/multi-user.target.wants
mkdir -p /disk/run/e2e $wanted
mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=262144,cache=loose e2e /disk/run/e2e
cp /disk/run/e2e/e2e.service /disk/run/systemd/system
ln -s ../e2e.service $wanted
umount /proc /sys
mount -o move /dev /disk/dev
exec switch_root /disk /lib/systemd/systemd
INIT
chmod 755 "$tree/init" "$tree"
pack "$tree" "$work/initramfs.gz"

# The newest processor that needs no vectors wider than SSE's, which QEMU emulates slowly: twice as fast as all that QEMU can.
# QEMU ends with this script, however that ends. Nothing is written to the disk (snapshot). No getty, since nobody logs in. Of the kernel's messages only errors, an OOM kill
# among them: a whole report of one takes the emulated serial line longer than the vehicle may take to stop.
setpriv --pdeathsig TERM timeout -k 5 1500 qemu-system-x86_64 -accel tcg,thread=multi -cpu Nehalem -smp 2 -m 2048 -nodefaults -display none -no-reboot \
	-serial "file:$cache/console.log" -serial stdio \
	-drive "file=$disk,format=raw,if=virtio,snapshot=on,cache=unsafe" \
	-virtfs "local,path=$share,mount_tag=e2e,security_model=none,readonly=on" \
	-kernel "$kernel" -initrd "$work/initramfs.gz" \
	-append "console=ttyS0 loglevel=4 mitigations=off systemd.show_status=no panic=-1 systemd.mask=serial-getty@ttyS0.service systemd.mask=getty@tty1.service" \
	</dev/null | sed -u 's/\r$//' | tee "$work/results"
exit "$(sed -n 's/^exit status: //p' "$work/results" | tail -n 1 | grep . || echo 1)"
