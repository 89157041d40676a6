package keys

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func newDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	if _, made, err := Init(dir); err != nil || !made {
		t.Fatal(made, err)
	}
	return dir
}

func newViewer(t *testing.T, name string) Viewer {
	t.Helper()
	p, err := NewPair()
	if err != nil {
		t.Fatal(err)
	}
	return Viewer{Name: name, Public: p.Public, Role: View}
}

// TestZ85 has the example of ZeroMQ's documentation: the keys are what libzmq takes them for.
func TestZ85(t *testing.T) {
	const secret, public = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs", "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
	p, err := PairOf(secret + "\n")
	if err != nil || p.Public != public || p.Secret != secret {
		t.Errorf("%+v, %v", p, err)
	}
	for text, want := range map[string]string{
		public[1:]:              "39 characters",
		strings.Repeat("~", 40): "not of Z85",
		strings.Repeat("#", 40): "mean nothing",
		strings.Repeat("0", 40): "protects nothing",
	} {
		if err := CheckPublic(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func FuzzZ85(f *testing.F) {
	f.Add("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID")
	f.Fuzz(func(t *testing.T, text string) {
		if b, err := decode(text); err == nil && encode(b) != text {
			t.Errorf("%q is %q", text, encode(b))
		}
	})
}

func FuzzViewer(f *testing.F) {
	f.Add("key Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID\nrole view\n")
	f.Fuzz(func(t *testing.T, text string) {
		v, err := parseViewer("bob", text)
		if err != nil {
			return
		}
		if again, err := parseViewer("bob", v.text()); err != nil || again != v {
			t.Errorf("%+v, then %+v, %v", v, again, err)
		}
	})
}

// TestLife of a folder: keys are made once, viewers come, change and go.
func TestLife(t *testing.T) {
	dir := newDir(t)
	first, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if public, made, err := Init(dir); err != nil || made || public != first.Server.Public {
		t.Errorf("again: %s, %v, %v", public, made, err)
	}
	for file, mode := range map[string]os.FileMode{"": 0o750, "server.secret": 0o600, "server.public": 0o644, "viewers": 0o750} {
		if st, err := os.Stat(filepath.Join(dir, file)); err != nil || st.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v, want %v", file, st, err, mode)
		}
	}
	bob, eve := newViewer(t, "bob"), newViewer(t, "eve")
	for _, v := range []Viewer{eve, bob} {
		if err := Authorise(dir, v); err != nil {
			t.Fatal(err)
		}
	}
	bob.Role = Operate
	if err := Authorise(dir, bob); err != nil {
		t.Fatal(err)
	}
	k, err := Load(dir)
	if err != nil || len(k.Viewers) != 2 || k.Viewers[0] != bob || k.Viewers[1] != eve {
		t.Fatalf("%+v, %v", k, err)
	}
	if v, ok := k.ByPublic(bob.Public); !ok || v.Name != "bob" || !v.MayOperate() {
		t.Errorf("%+v", v)
	}
	if v, ok := k.ByName("eve"); !ok || v.Public != eve.Public || v.MayOperate() {
		t.Errorf("%+v", v)
	}
	if err := Revoke(dir, "bob"); err != nil {
		t.Fatal(err)
	}
	if all, err := List(dir); err != nil || len(all) != 1 {
		t.Errorf("%+v, %v", all, err)
	}
	if public, err := ServerPublic(dir); err != nil || public != first.Server.Public {
		t.Errorf("%s, %v", public, err)
	}
}

func TestRefusedViewers(t *testing.T) {
	dir := newDir(t)
	bob, own := newViewer(t, "bob"), newViewer(t, "own")
	if err := Authorise(dir, bob); err != nil {
		t.Fatal(err)
	}
	var err error
	if own.Public, err = ServerPublic(dir); err != nil {
		t.Fatal(err)
	}
	changed := newViewer(t, "bob")
	twin := bob
	twin.Name = "twin"
	for want, v := range map[string]Viewer{
		"the name has another key":      changed,
		"the key is bob's":              twin,
		"the vehicle's own key":         own,
		`name "../x": 1 to 32`:          newViewer(t, "../x"),
		`name ".x": 1 to 32`:            newViewer(t, ".x"),
		`name "Bob": 1 to 32`:           newViewer(t, "Bob"),
		`name "": 1 to 32`:              newViewer(t, ""),
		`name "vehicle": it stands for`: newViewer(t, "vehicle"),
		`name "local": it stands for`:   newViewer(t, "local"),
		`role "": view or operate`:      {Name: "x", Public: bob.Public},
		"3 characters are no key: 40 c": {Name: "x", Public: "abc", Role: View},
	} {
		if err := Authorise(dir, v); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", v, err, want)
		}
	}
	if err := Revoke(dir, "nobody"); err == nil || !strings.Contains(err.Error(), "lanectl keys list") {
		t.Error(err)
	}
	if err := Revoke(dir, "../../x"); err == nil || !strings.Contains(err.Error(), "1 to 32") {
		t.Error(err)
	}
}

// TestRefusedFolders have keys that somebody else may have read or put there.
func TestRefusedFolders(t *testing.T) {
	for name, k := range map[string]struct {
		spoil func(dir string) error
		want  string
	}{
		"empty":          {os.RemoveAll, "lanectl keys init"},
		"readable":       {func(dir string) error { return os.Chmod(dir+"/server.secret", 0o640) }, "others can read it (mode 0640): chmod 0600 it"},
		"writable":       {func(dir string) error { return os.Chmod(dir, 0o770) }, "others can write to it"},
		"viewers":        {func(dir string) error { return os.Chmod(dir+"/viewers", 0o777) }, "others can write to it"},
		"viewer":         {func(dir string) error { return os.Chmod(dir+"/viewers/bob.public", 0o666) }, "others can write to it"},
		"link":           {func(dir string) error { return os.Symlink("bob.public", dir+"/viewers/eve.public") }, "it is a link"},
		"folder":         {func(dir string) error { return os.Mkdir(dir+"/viewers/eve.public", 0o750) }, "it is no file"},
		"damaged":        {func(dir string) error { return os.WriteFile(dir+"/server.secret", []byte("x\n"), 0o600) }, "1 characters are no key"},
		"large":          {func(dir string) error { return os.WriteFile(dir+"/server.secret", make([]byte, 5000), 0o600) }, "over 4096 bytes"},
		"damaged viewer": {func(dir string) error { return os.WriteFile(dir+"/viewers/bob.public", []byte("hello\n"), 0o644) }, `bob.public: the line "hello"`},
		"other name":     {func(dir string) error { return os.WriteFile(dir+"/viewers/BOB.public", nil, 0o644) }, `name "BOB"`},
		"double": {func(dir string) error {
			text, err := os.ReadFile(dir + "/viewers/bob.public")
			return errors.Join(err, os.WriteFile(dir+"/viewers/eve.public", text, 0o644))
		}, "bob and eve have the same key"},
		"owner": {func(dir string) error { return os.Chown(dir+"/viewers/bob.public", 4711, -1) }, "it is user 4711's"},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "owner" && os.Geteuid() != 0 {
				t.Skip("root alone can give a file away")
			}
			dir := newDir(t)
			if err := Authorise(dir, newViewer(t, "bob")); err != nil {
				t.Fatal(err)
			}
			if err := k.spoil(dir); err != nil {
				t.Fatal(err)
			}
			if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), k.want) {
				t.Errorf("%v, want %q", err, k.want)
			}
			if name != "empty" {
				return
			}
			if _, err := Load(dir); !errors.Is(err, ErrNone) {
				t.Errorf("%v is not ErrNone", err)
			}
		})
	}
}

// TestSecretsStayUnsaid: no error quotes a secret.
func TestSecretsStayUnsaid(t *testing.T) {
	dir := newDir(t)
	const secret = "~D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%c"
	if err := os.WriteFile(dir+"/server.secret", []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err == nil || strings.Contains(err.Error(), secret[1:6]) {
		t.Error(err)
	}
}

func TestClient(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config", "client.secret")
	first, err := LoadOrCreateClient(path)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := LoadOrCreateClient(path); err != nil || again != first {
		t.Errorf("%v", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrCreateClient(path); err == nil || !strings.Contains(err.Error(), "others can read it") {
		t.Error(err)
	}
}
