package manual

import (
	"flag"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
)

// tool is a program that some machines lack.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("needs %s: %v", name, err)
	}
	return path
}

// command runs a program that keeps to what is asked of it, whatever the user's own settings are.
func command(t *testing.T, path string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Dir, cmd.Env = t.TempDir(), []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "HOME=/nonexistent"}
	return cmd
}

// single is a program without commands.
func single() Command {
	return Command{
		Name: "lamp-d", Part: 8, Summary: "keep a lamp", Arguments: "[flags]", Description: []string{"Keeps it."},
		Options: []Option{
			{Name: "colour", Value: "name", Doc: "its 'colour' (any: [a]); else none", Words: []string{"red", "sky blue"}},
			{Name: "config", Value: "file", Doc: "YAML [file]"},
			{Name: "help", Doc: "help"},
			{Name: "map", Value: "file", Doc: "a known map or a file", Words: []string{"park"}},
			{Name: "power", Value: "watts", Doc: "its power", Default: "3"},
			{Name: "set", Value: "key=value", Doc: "set a key", Words: []string{"a.b=", "a.c="}, Repeat: true},
		},
	}
}

// several is a program with two commands.
func several() Command {
	return Command{
		Name: "lamp", Part: 1, Summary: "handle lamps", Arguments: "COMMAND …", Description: []string{"Handles them."},
		Commands: []Command{
			{Name: "lamp show", Part: 1, Summary: "show: what's on", Arguments: "[flags] FILE…", Description: []string{"Shows."},
				Options: []Option{{Name: "dir", Value: "folder", Doc: "where"}, {Name: "json", Doc: "as JSON"}}},
			{Name: "lamp off", Part: 1, Summary: "all off", Arguments: "[all|one] LAMP", Words: []string{"lamp-d"}, Description: []string{"Off."}},
		},
	}
}

func TestOptions(t *testing.T) {
	fs := flag.NewFlagSet("lamp", flag.ContinueOnError)
	var mode, name string
	fs.Var(Text(&mode, "dim", "dim", "bright"), "mode", "which `mode`; else the last")
	fs.Var(Text(&name, "", "a"), "name", "a name")
	fs.Bool("json", false, "as JSON")
	fs.Int("count", 3, "how `many`, may be repeated")
	got := Options(fs)
	want := []Option{
		{Name: "count", Value: "many", Doc: "how many, may be repeated", Default: "3", Repeat: true},
		{Name: "help", Doc: "print what the flags are, and exit"},
		{Name: "json", Doc: "as JSON"},
		{Name: "mode", Value: "mode", Doc: "which mode; else the last", Default: "dim", Words: []string{"dim", "bright"}},
		{Name: "name", Value: "value", Doc: "a name", Words: []string{"a"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	if err := fs.Parse([]string{"--mode", "other"}); err != nil || mode != "other" {
		t.Errorf("mode is %q after other: %v", mode, err)
	}
	var usage strings.Builder
	fs.SetOutput(&usage)
	fs.PrintDefaults()
	if got := usage.String(); !strings.Contains(got, "which mode; else the last (default dim)\n") || !strings.Contains(got, "a name\n") {
		t.Errorf("usage is\n%s", got)
	}
}

func TestBrief(t *testing.T) {
	for doc, want := range map[string]string{
		"a file": "a file", "Where from. Or not.": "Where from", "scenario (a, b) or file; c": "scenario", "which: a": "which", "One.": "One",
	} {
		if got := (Option{Doc: doc}).brief(); got != want {
			t.Errorf("%q in brief is %q, want %q", doc, got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	bad := several()
	bad.Commands[0].Options[1].Doc = ""
	silent := several()
	silent.Commands[1].Description = nil
	for _, c := range []struct {
		command Command
		want    string
	}{
		{single(), ""},
		{several(), ""},
		{Command{}, "describing a command: no name, or no part of the manual"},
		{bad, "describing lamp show: --json: no usage text"},
		{silent, "describing lamp off: no summary, or no description"},
	} {
		got := ""
		if err := c.command.Check(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.command.Name, got, c.want)
		}
	}
}
