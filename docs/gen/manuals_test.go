package main

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lanekeeper/manual"
)

func TestManuals(t *testing.T) {
	files, err := manuals([]manual.Command{
		{Name: "one", Part: 8},
		{Name: "two", Part: 1, Commands: []manual.Command{{Name: "two a", Part: 1}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"docs/man/one.8", "docs/man/two-a.1", "docs/man/two.1",
		"packaging/completion/bash/one", "packaging/completion/bash/two",
		"packaging/completion/fish/one.fish", "packaging/completion/fish/two.fish",
		"packaging/completion/zsh/_one", "packaging/completion/zsh/_two",
	}
	if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, want) {
		t.Errorf("files are %q, want %q", got, want)
	}
	for name, see := range map[string]string{
		"docs/man/one.8": ".BR two (1)\n", "docs/man/two.1": ".BR two\\-a (1),\n.BR one (8)\n", "docs/man/two-a.1": ".BR two (1)\n",
	} {
		if !bytes.HasSuffix(files[name], []byte(".SH SEE ALSO\n"+see)) {
			t.Errorf("%s does not end in %q:\n%s", name, see, files[name])
		}
	}
}

func TestWeed(t *testing.T) {
	root := t.TempDir()
	old, kept := filepath.Join(root, "packaging/completion/zsh/_old"), filepath.Join(root, "docs/man/new.1")
	for _, file := range []string{old, kept} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, nil, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	files := map[string][]byte{"docs/man/new.1": nil}
	if err := weed(root, files, true); err == nil || err.Error() != old+" is of no command: make docs removes it" {
		t.Errorf("%v", err)
	}
	if err := weed(root, files, false); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(old); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s: %v", old, err)
	}
	if _, err := os.Stat(kept); err != nil {
		t.Error(err)
	}
}

// TestCommittedReads has each committed page and script read by the program that it is for, which must find nothing to say.
func TestCommittedReads(t *testing.T) {
	for _, c := range []struct {
		pattern string
		reader  []string
	}{
		{pagesFolder + "/*", []string{"groff", "-man", "-ww", "-z", "-Tutf8"}},
		{pagesFolder + "/*", []string{"man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z"}},
		{completionFolder + "/bash/*", []string{"bash", "-n"}},
		{completionFolder + "/zsh/*", []string{"zsh", "-f", "-n"}},
		{completionFolder + "/fish/*", []string{"fish", "--no-config", "-n"}},
	} {
		t.Run(c.reader[0], func(t *testing.T) {
			if _, err := exec.LookPath(c.reader[0]); err != nil {
				t.Skipf("needs %s: %v", c.reader[0], err)
			}
			found, err := filepath.Glob(filepath.Join(root, c.pattern))
			if err != nil || len(found) < 5 {
				t.Fatalf("%q, %v; five commands at least are there", found, err)
			}
			for _, file := range found {
				cmd := exec.CommandContext(t.Context(), c.reader[0], append(c.reader[1:], file)...)
				cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+t.TempDir(), "XDG_DATA_HOME="+t.TempDir())
				var complaints strings.Builder
				cmd.Stderr = &complaints
				if err := cmd.Run(); err != nil || complaints.Len() > 0 {
					t.Errorf("%s: %v: %s", file, err, complaints.String())
				}
			}
		})
	}
}

// TestCommittedCompletes asks the committed scripts for what nothing but the commands themselves knows.
func TestCommittedCompletes(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("needs bash: ", err)
	}
	for _, c := range []struct{ line, want string }{
		{"controld --arm ", "manual auto"},
		{"controld --set control.gate.s", "control.gate.stale_after="},
		{"controld --ha", "--halt"},
		{"lanectl params c", "camerad controld"},
		{"lanectl source ", "camera sim"},
		{"camerad --source j", "jetson-csi"},
		{"lane-sim --log-level ", "debug info warn error"},
		{"lanectl es", "estop"},
		{"lanectl cal", "calibrate"},
		{"lanectl calibrate g", "ground"},
		{"lanectl estop --c", "--clear"},
		{"lanectl drive --scenario h", "highway"},
	} {
		words := strings.Split(c.line, " ")
		script := `source "$1"; shift; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _${1//-/_}; echo "${COMPREPLY[*]}"`
		path, err := filepath.Abs(filepath.Join(root, completionFolder, "bash", words[0]))
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "bash", append([]string{"--norc", "-u", "-c", script, "bash", path}, words...)...)
		cmd.Dir, cmd.Stderr = t.TempDir(), os.Stderr
		out, err := cmd.Output()
		if got := strings.TrimSuffix(string(out), "\n"); err != nil || got != c.want {
			t.Errorf("%q: %q, %v; want %q", c.line, got, err, c.want)
		}
	}
}
