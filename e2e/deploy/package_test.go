package deploy

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// variant makes a package of another version out of one, after a change to its files by a shell script. What the daemons report
// remains the first one's.
func variant(t *testing.T, deb, version, change string) string {
	t.Helper()
	dir := t.TempDir()
	made := filepath.Join(dir, "lanekeeper_"+version+".deb")
	out, err := exec.CommandContext(t.Context(), "sh", "-euc", `
		dpkg-deb --raw-extract "$1" "$2/files"
		cd "$2/files"
		sed -i "s/^Version: .*/Version: $3/" DEBIAN/control
		eval "$4"
		dpkg-deb -Zgzip -z1 --root-owner-group --build "$2/files" "$5"
		rm -r "$2/files"`, "variant", deb, dir, version, change, made).CombinedOutput()
	if err != nil {
		t.Fatalf("making version %s: %v\n%s", version, err, out)
	}
	return made
}

// version is a package's.
func version(t *testing.T, deb string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "dpkg-deb", "--field", deb, "Version").Output()
	if err != nil {
		t.Fatalf("looking into %s: %v", deb, err)
	}
	return strings.TrimSpace(string(out))
}

// offer makes an archive of packages on the vehicle, with the package steering-wheel alone, which apt does not know yet.
func (v *vehicle) offer() {
	v.t.Helper()
	v.Shell(`mkdir -p /srv/archive/files/DEBIAN
		cd /srv/archive
		printf '%s\n' 'Package: steering-wheel' 'Version: 1' 'Architecture: all' 'Maintainer: Nobody <nobody@lists.invalid>' \
			'Description: is needed' >files/DEBIAN/control
		dpkg-deb --build files steering-wheel.deb
		{
			cat files/DEBIAN/control
			echo "Filename: ./steering-wheel.deb"
			echo "Size: $(stat --format=%s steering-wheel.deb)"
			echo "SHA256: $(sha256sum steering-wheel.deb | cut -d ' ' -f 1)"
		} >Packages
		echo 'deb [trusted=yes] file:/srv/archive ./' >/etc/apt/sources.list`)
}
