# shellcheck shell=sh disable=SC2034  # what is assigned here is used by those who read it
# Debian's kernel for the machines of this folder, to be read by their scripts: . kernel.sh
# The kernel's package is downloaded (70 MB) and unpacked under build/vm, once. Nothing is installed.
#
# Takes $root, the repository. Gives $cache, $kernel and $modules, and the functions below.
cache=${root:?}/build/vm
mkdir -p "$cache"

# need COMMAND PACKAGE… ends the script when commands are missing, and says which packages have them.
need() {
	missing=
	while [ $# -gt 0 ]; do
		command -v "$1" >/dev/null || missing="$missing $2"
		shift 2
	done
	if [ -n "$missing" ]; then
		echo "$(basename "$0"): missing packages; sudo apt-get install --no-install-recommends$missing" >&2
		exit 2
	fi
}

# fetch_kernel downloads it unless it is there.
fetch_kernel() {
	if ! ls "$cache"/kernel/boot/vmlinuz-* >/dev/null 2>&1; then
		package=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
		echo "$(basename "$0"): downloading $package for its vivid module" >&2
		rm -rf "$cache/unpacked" "$cache/download"
		mkdir "$cache/download"
		chmod 755 "$cache/download" # apt's own user looks in
		(cd "$cache/download" && apt-get download "$package" >&2)
		dpkg-deb -x "$cache/download"/*.deb "$cache/unpacked"
		rm -r "$cache/download"
		mv "$cache/unpacked" "$cache/kernel"
	fi
	kernel=$(find "$cache/kernel/boot" -name 'vmlinuz-*' | head -n 1)
	modules=$(find "$cache/kernel/lib/modules" -mindepth 1 -maxdepth 1 | head -n 1)
}

# add_module DIR MODULE copies it there, behind those that it depends on; DIR/order is the order to load them in.
add_module() {
	mkdir -p "$1"
	touch "$1/order"
	if grep -qx "$2.ko\|$(echo "$2" | tr _ -).ko" "$1/order"; then
		return
	fi
	file=$(module_file "$2")
	[ -n "$file" ] || return 0 # built in
	for needed in $(tr '\0' '\n' <"$file" | sed -n 's/^depends=//p' | tr , ' '); do
		add_module "$1" "$needed"
	done
	file=$(module_file "$2") # the calls above have changed it
	cp "$file" "$1"
	basename "$file" >>"$1/order"
}

module_file() {
	find "$modules" -name "$1.ko" -o -name "$(echo "$1" | tr _ -).ko" | head -n 1
}

# pack TREE FILE makes an initramfs.
pack() {
	(cd "$1" && find . | cpio -o -H newc --quiet | gzip -1) >"$2"
}
