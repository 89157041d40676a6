package doctor

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lanekeeper/daemon"
	"lanekeeper/inspect"
)

// files are the files of a machine by their paths. A text that begins with "-> " is a symbolic link.
type files map[string]string

// caller is the user of a test's machine: lino, who is not root.
const caller = 1234

// machine is a system whose tree holds the given files.
func machine(t *testing.T, f files) *System {
	t.Helper()
	root := t.TempDir()
	for path, text := range f {
		at := filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, link := strings.CutPrefix(text, "-> "); link {
			err = os.Symlink(target, at)
		} else {
			err = os.WriteFile(at, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return &System{
		Root: root, Arch: "arm64", Version: "v1.2.3", Place: daemon.Place{ShmDir: "/dev/shm", RunDir: daemon.DefaultRunDir},
		Caller: Caller{UID: caller, GIDs: []int{caller}}, View: inspect.View{},
	}
}

// with is the files of several sets, the later ones over the earlier.
func with(sets ...files) files {
	all := files{}
	for _, set := range sets {
		for path, text := range set {
			all[path] = text
		}
	}
	return all
}

// Machines that many tests begin with.
var (
	pi        = files{"/proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.5\x00"}
	packaged  = files{"/lib/systemd/system/controld.service": ""}
	accounts  = files{"/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nlino:x:1234:1234::/home/lino:/bin/sh\nlanekeeper:x:990:990::/:/bin/false\n"}
	groupList = "root:x:0:\nvideo:x:44:lino\nlanekeeper:x:990:\nlino:x:1234:\n"
)

// lines are findings as a test writes them: the verdict, what was found, and after a bar how to mend it.
func lines(found []Finding) []string {
	all := []string{}
	for _, f := range found {
		line := string(f.Verdict) + " " + f.Found
		if f.Mend != "" {
			line += " | " + f.Mend
		}
		all = append(all, line)
	}
	return all
}

// trial is a machine, and what a check is to say of it.
type trial struct {
	name  string
	files files
	set   func(s *System) // what else is different; nil for nothing
	want  []string
}

// try runs a check on each machine.
func try(t *testing.T, run func(s *System) []Finding, trials []trial) {
	t.Helper()
	for _, c := range trials {
		t.Run(c.name, func(t *testing.T) {
			s := machine(t, c.files)
			if c.set != nil {
				c.set(s)
			}
			found := run(s)
			for _, f := range found {
				if (f.Verdict == Warn || f.Verdict == Fail) != (f.Mend != "") {
					t.Errorf("%+v: what is wrong, and that alone, comes with what mends it", f)
				}
			}
			got := lines(found)
			for i := range got {
				got[i] = strings.ReplaceAll(got[i], s.Root, "ROOT") // which nobody is to see
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}
