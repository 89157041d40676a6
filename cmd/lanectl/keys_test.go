package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanekeeper/telemetry/keys"
)

// keysOf runs lanectl keys in a folder and returns what it says, and its error's text.
func keysOf(t *testing.T, dir, verb string, args ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	err := run(t.Context(), append([]string{"keys", verb, "--keys-dir", dir}, args...), &out, io.Discard)
	return out.String(), err
}

// TestKeys goes the way of a person who lets two laptops in, and one out again.
func TestKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	anna, err := keys.NewPair()
	if err != nil {
		t.Fatal(err)
	}
	bert, err := keys.NewPair()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "bert.public")
	if err := os.WriteFile(file, []byte(bert.Public+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var public string
	for _, k := range []struct {
		verb string
		args []string
		want string
		fail string
	}{
		{"show", nil, "", "lanectl keys init"},
		{"list", nil, "nobody is let in", ""},
		{"init", nil, "the vehicle has a key now", ""},
		{"init", nil, "the vehicle has a key already", ""},
		{"authorise", []string{"anna", anna.Public}, "anna may view", ""},
		{"authorise", []string{"--role", "operate", "bert", file}, "bert may operate", ""},
		{"authorise", []string{"--role", "drive", "bert", file}, "", `role "drive": view or operate expected`},
		{"authorise", []string{"carl", "hello"}, "", "5 characters are no key"},
		{"authorise", []string{"carl", bert.Public}, "", "the key is bert's"},
		{"authorise", []string{"carl"}, "", "NAME and KEY expected"},
		{"list", nil, "bert  operate  " + bert.Public, ""},
		{"revoke", []string{"anna"}, "anna is shut out", ""},
		{"revoke", []string{"anna"}, "", "no such viewer"},
	} {
		out, err := keysOf(t, dir, k.verb, k.args...)
		if !strings.Contains(out, k.want) || (err == nil) != (k.fail == "") || err != nil && !strings.Contains(err.Error(), k.fail) {
			t.Errorf("keys %s %v: %q, %v; want %q, %q", k.verb, k.args, out, err, k.want, k.fail)
		}
		if k.verb == "init" {
			public = strings.TrimSpace(out[strings.Index(out, "viewers: ")+len("viewers: "):][:40])
		}
	}
	if out, err := keysOf(t, dir, "show"); err != nil || strings.TrimSpace(out) != public {
		t.Errorf("%q, %v, want %s", out, err, public)
	}
	if all, err := keys.List(dir); err != nil || len(all) != 1 || all[0].Name != "bert" || !all[0].MayOperate() {
		t.Errorf("%v, %v", all, err)
	}
	if err := rooted(os.ErrPermission); !errors.Is(err, os.ErrPermission) || !strings.Contains(err.Error(), "sudo") {
		t.Error(err)
	}
}
