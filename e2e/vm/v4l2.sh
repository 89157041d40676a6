#!/bin/sh
# Runs the tests of camera and camera/v4l2 against a real kernel: boots Debian's kernel in QEMU with vivid, its virtual
# camera, and runs the test binaries as the machine's only programs. Libraries come from this machine, whose files it sees
# without being able to write them. Ends with 0 when the tests pass.
#
#   e2e/vm/v4l2.sh [test flags]        for camera/v4l2, such as: e2e/vm/v4l2.sh -test.run Vivid
#
# Installs nothing. Needs the packages named below; the kernel's package is downloaded (70 MB) and unpacked under
# build/vm, once. The processor is emulated, so that it runs the same inside another virtual machine.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
cache=$root/build/vm
mkdir -p "$cache"

missing=
command -v qemu-system-x86_64 >/dev/null || missing="$missing qemu-system-x86"
command -v busybox >/dev/null || missing="$missing busybox-static"
command -v cpio >/dev/null || missing="$missing cpio"
if [ -n "$missing" ]; then
	echo "v4l2.sh: missing packages; sudo apt-get install --no-install-recommends$missing" >&2
	exit 2
fi

if ! ls "$cache"/kernel/boot/vmlinuz-* >/dev/null 2>&1; then
	package=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
	echo "v4l2.sh: downloading $package for its vivid module" >&2
	(cd "$cache" && apt-get download "$package")
	rm -rf "$cache/unpacked"
	dpkg-deb -x "$cache/$package"_*.deb "$cache/unpacked"
	rm "$cache/$package"_*.deb
	mv "$cache/unpacked" "$cache/kernel"
fi
kernel=$(ls "$cache"/kernel/boot/vmlinuz-* | head -n 1)
modules=$(ls -d "$cache"/kernel/lib/modules/* | head -n 1)

tree=$(mktemp -d "$cache/initramfs.XXXXXX")
trap 'rm -rf "$tree" "$tree.gz" "$tree.log"' EXIT
mkdir -p "$tree/bin" "$tree/modules" "$tree/proc" "$tree/sys" "$tree/dev" "$tree/tmp" "$tree/etc" "$tree/host"
cp "$(command -v busybox)" "$tree/bin/busybox"
echo "root:x:0:0:root:/:/bin/sh" >"$tree/etc/passwd"
printf 'root:x:0:\nvideo:x:44:\n' >"$tree/etc/group"

# add MODULE: copies it behind those that it depends on, in the order to load them in.
loaded=" "
add() {
	case $loaded in *" $1 "*) return ;; esac
	loaded="$loaded$1 "
	file=$(find "$modules" -name "$1.ko" -o -name "$(echo "$1" | tr _ -).ko" | head -n 1)
	[ -n "$file" ] || return 0 # built in
	for needed in $(tr '\0' '\n' <"$file" | sed -n 's/^depends=//p' | tr , ' '); do
		add "$needed"
	done
	file=$(find "$modules" -name "$1.ko" -o -name "$(echo "$1" | tr _ -).ko" | head -n 1) # add is recursive
	cp "$file" "$tree/modules/"
	basename "$file" >>"$tree/modules/order"
}
add vivid
add virtio_pci
add 9p
add 9pnet_virtio

(cd "$root" && CGO_ENABLED=0 GOARCH=amd64 go test -c -o "$tree/bin/v4l2.test" ./camera/v4l2)
(cd "$root" && go test -c -o "$tree/bin/camera.test" ./camera)

cat >"$tree/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
# The first device has a metadata node beside its camera; the second speaks the multi-planar interface.
for module in $(cat /modules/order); do
	case $module in
	vivid.ko) insmod /modules/$module n_devs=2 node_types=0x20001,0x1 multiplanar=1,2 num_inputs=1,1 input_types=0,0 || echo "loading $module failed" ;;
	*) insmod /modules/$module || echo "loading $module failed" ;;
	esac
done
chgrp video /dev/video* && chmod 660 /dev/video*
chmod 1777 /tmp
cd /tmp
export V4L2_TEST_VIVID=1
mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=262144,cache=loose host /host
mount -t tmpfs tmpfs /host/tmp
mount --bind /dev /host/dev
mount -t proc proc /host/proc
cp /bin/camera.test /host/tmp
chroot /host /tmp/camera.test -test.v -test.run Vivid && camera=passed
/bin/v4l2.test -test.v FLAGS && v4l2=passed
echo "tests: camera ${camera:-failed}, v4l2 ${v4l2:-failed}"
poweroff -f
INIT
sed -i "s|FLAGS|$*|" "$tree/init"
chmod 755 "$tree/init" "$tree"
(cd "$tree" && find . | cpio -o -H newc --quiet | gzip -1) >"$tree.gz"

timeout 300 qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 1024 -nodefaults -display none -serial stdio -no-reboot \
	-virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
	-kernel "$kernel" -initrd "$tree.gz" -append "console=ttyS0 panic=-1 quiet" </dev/null | tee "$tree.log"
grep -q "^tests: camera passed, v4l2 passed" "$tree.log"
