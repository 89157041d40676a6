#!/bin/sh
# Runs the tests of camera and camera/v4l2 against a real kernel: boots Debian's kernel in QEMU with vivid, its virtual
# camera, and runs the test binaries as the machine's only programs. Libraries come from this machine, whose files it sees
# without being able to write them. Ends with 0 when the tests pass.
#
#   e2e/vm/v4l2.sh [test flags]        for camera/v4l2, such as: e2e/vm/v4l2.sh -test.run Vivid
#
# Installs nothing. Needs the packages named below, and the kernel of kernel.sh. The processor is emulated, so that it runs
# the same inside another virtual machine.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=kernel.sh
. "$root/e2e/vm/kernel.sh"
need qemu-system-x86_64 qemu-system-x86 busybox busybox-static cpio cpio
fetch_kernel

tree=$(mktemp -d "$cache/initramfs.XXXXXX")
trap 'rm -rf "$tree" "$tree.gz" "$tree.log"' EXIT
mkdir -p "$tree/bin" "$tree/proc" "$tree/sys" "$tree/dev" "$tree/tmp" "$tree/etc" "$tree/host"
cp "$(command -v busybox)" "$tree/bin/busybox"
echo "root:x:0:0:root:/:/bin/sh" >"$tree/etc/passwd"
printf 'root:x:0:\nvideo:x:44:\n' >"$tree/etc/group"

for module in vivid virtio_pci 9p 9pnet_virtio; do
	add_module "$tree/modules" "$module"
done

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
pack "$tree" "$tree.gz"

timeout 300 qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 1024 -nodefaults -display none -serial stdio -no-reboot \
	-virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
	-kernel "$kernel" -initrd "$tree.gz" -append "console=ttyS0 panic=-1 quiet" </dev/null | tee "$tree.log"
grep -q "^tests: camera passed, v4l2 passed" "$tree.log"
