package rules

import (
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const catalogName = "deploy/catalog/lanekeeper.catalog"

// explanation is an entry of a catalogue: what a message id means (https://systemd.io/CATALOG).
type explanation struct {
	id     string
	header map[string]string
	text   string
}

// explanations reads a catalogue as systemd does, and is stricter: each entry needs a header and a text of its own.
func explanations(t *testing.T, catalog string) []explanation {
	t.Helper()
	begin := regexp.MustCompile(`(?m)^-- ([0-9a-f]{32})\n`)
	var list []explanation
	starts := begin.FindAllStringSubmatchIndex(catalog, -1)
	for i, at := range starts {
		end := len(catalog)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		e := explanation{id: catalog[at[2]:at[3]], header: map[string]string{}}
		head, text, _ := strings.Cut(catalog[at[1]:end], "\n\n")
		e.text = strings.TrimSpace(text)
		for _, line := range strings.Split(head, "\n") {
			name, value, ok := strings.Cut(line, ": ")
			if !ok {
				t.Errorf("%s: header %q of %s", catalogName, line, e.id)
			}
			e.header[name] = value
		}
		list = append(list, e)
	}
	return list
}

// loggedIDs finds the message ids in the code, and where each stands.
func loggedIDs(t *testing.T, files map[string]string) map[string]string {
	t.Helper()
	declared := regexp.MustCompile(`\bMessageID\s+= "([^"]*)"`)
	ids := map[string]string{}
	for name, text := range files {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, m := range declared.FindAllStringSubmatch(text, -1) {
			if other, twice := ids[m[1]]; twice {
				t.Errorf("%s and %s: both have the message id %s", other, name, m[1])
			}
			if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(m[1]) {
				t.Errorf("%s: message id %q, 32 hexadecimal digits expected", name, m[1])
			}
			ids[m[1]] = name
		}
	}
	return ids
}

// TestCatalog holds that the catalogue explains each event that has an id, and nothing else.
func TestCatalog(t *testing.T) {
	files := tree(t)
	list, ids := explanations(t, files[catalogName]), loggedIDs(t, files)
	if len(ids) == 0 {
		t.Fatal("no message id in the code: are they declared in another way?")
	}
	explained := map[string]bool{}
	for _, e := range list {
		if ids[e.id] == "" {
			t.Errorf("%s explains %s (%s), which nothing logs", catalogName, e.id, e.header["Subject"])
		}
		if explained[e.id] {
			t.Errorf("%s explains %s twice", catalogName, e.id)
		}
		explained[e.id] = true
		page, ours := strings.CutPrefix(e.header["Documentation"], "file:///usr/share/doc/lanekeeper/")
		if _, there := files["docs/"+page]; !ours || !there {
			t.Errorf("%s: %s is documented in %q, which is no page of docs/", catalogName, e.id, e.header["Documentation"])
		}
		if e.header["Subject"] == "" || e.header["Defined-By"] != "Lanekeeper" || len(e.header) != 3 || e.text == "" {
			t.Errorf("%s: the entry %s has the header %q and %d bytes of text; Subject, Defined-By and Documentation expected, and a text",
				catalogName, e.id, e.header, len(e.text))
		}
	}
	for id, name := range ids {
		if !explained[id] {
			t.Errorf("%s: the message id %s is not explained in %s", name, id, catalogName)
		}
		if !strings.Contains(files["docs/daemon.md"], id) {
			t.Errorf("%s: the message id %s is not in docs/daemon.md", name, id)
		}
	}
}

// TestCatalogFields holds that what the catalogue fills in is a field of some entry.
func TestCatalogFields(t *testing.T) {
	files := tree(t)
	var code strings.Builder
	for name, text := range files {
		if path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") {
			code.WriteString(text)
		}
	}
	journals := []string{"SYSLOG_IDENTIFIER", "ERROR"} // journald's own, and zap's
	for _, field := range regexp.MustCompile(`@(\w+)@`).FindAllStringSubmatch(files[catalogName], -1) {
		if !slices.Contains(journals, field[1]) && !strings.Contains(code.String(), `"`+strings.ToLower(field[1])+`"`) {
			t.Errorf("%s: no entry has the field %s", catalogName, field[1])
		}
	}
}

// TestCatalogIsSystemds has systemd itself read it.
func TestCatalogIsSystemds(t *testing.T) {
	journalctl, err := exec.LookPath("journalctl")
	if err != nil {
		t.Skip("no journalctl here to read the catalogue with")
	}
	files, root := tree(t), t.TempDir()
	dir := path.Join(root, "usr/lib/systemd/catalog")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path.Join(dir, path.Base(catalogName)), []byte(files[catalogName]), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), journalctl, append([]string{"--root=" + root}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("journalctl %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	if said := run("--update-catalog"); said != "" {
		t.Errorf("reading the catalogue: %s", said)
	}
	listed := run("--list-catalog")
	for id, name := range loggedIDs(t, files) {
		if !strings.Contains(listed, id+" Lanekeeper: ") {
			t.Errorf("%s: systemd has not found %s in the catalogue:\n%s", name, id, listed)
		}
	}
}
