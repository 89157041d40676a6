package inspect

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"lanekeeper/daemon"
)

func TestProcesses(t *testing.T) {
	proc := t.TempDir()
	for file, text := range map[string]string{
		"7/comm": "controld\n", "7/cmdline": "/usr/bin/controld\x00--prefix\x00p-\x00",
		"8/comm": "camerad\n", "8/cmdline": "", // a zombie
		"9/comm": "bash\n", "9/cmdline": "bash\x00controld\x00",
		"10/comm": "camerad\n", "10/cmdline": "camerad\x00",
		"self/comm": "controld\n", "self/cmdline": "controld\x00",
	} {
		path := filepath.Join(proc, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/somewhere", filepath.Join(proc, "7/cwd")); err != nil {
		t.Fatal(err)
	}
	got, err := processes(proc, "camerad", "controld")
	want := []process{
		{pid: 10, name: "camerad", args: []string{}},
		{pid: 7, name: "controld", args: []string{"--prefix", "p-"}, dir: "/somewhere"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}

func TestIsAt(t *testing.T) {
	here := daemon.Place{RunDir: daemon.DefaultRunDir}
	for _, c := range []struct {
		args  string
		dir   string
		place daemon.Place
		want  bool
	}{
		{"", "/", here, true},
		{"--config= --arm=auto", "/", here, true},
		{"--prefix t1-", "/", here, false},
		{"--prefix t1-", "/", daemon.Place{Prefix: "t1-", RunDir: daemon.DefaultRunDir}, true},
		{"-prefix=t1-", "/", daemon.Place{Prefix: "t1-", RunDir: daemon.DefaultRunDir}, true},
		{"", "/", daemon.Place{Prefix: "t1-", RunDir: daemon.DefaultRunDir}, false},
		{"--run-dir=/tmp/run/", "/", daemon.Place{RunDir: "/tmp/run"}, true},
		{"--run-dir /tmp/run", "/", here, false},
		{"--run-dir run", "/tmp", daemon.Place{RunDir: "/tmp/run"}, true},
		{"--run-dir run", "/var", daemon.Place{RunDir: "/tmp/run"}, false},
		{"--run-dir run", "", daemon.Place{RunDir: "/tmp/run"}, true},
		{"--prefix t1- --prefix=t2-", "/", daemon.Place{Prefix: "t2-", RunDir: daemon.DefaultRunDir}, true},
		{"--halt", "/", here, false},
		{"--clean", "/", here, false},
		{"--reload", "/", here, false},
		{"--check-config", "/", here, false},
	} {
		if got := (process{args: strings.Fields(c.args), dir: c.dir}).isAt(c.place); got != c.want {
			t.Errorf("%q in %q at %+v: %v, want %v", c.args, c.dir, c.place, got, c.want)
		}
	}
}
