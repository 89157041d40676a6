package daemon

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"lanekeeper/manual"
)

// describeTest is how the tests' program describes itself.
func describeTest(t *testing.T) manual.Command {
	t.Helper()
	p := testProgram(nil)
	p.About = "Does nothing at all."
	var out, errs bytes.Buffer
	if err := p.Exec(t.Context(), []string{"--manual"}, &out, &errs); err != nil || errs.Len() > 0 {
		t.Fatalf("%v: %s", err, errs.String())
	}
	var c manual.Command
	if err := json.Unmarshal(out.Bytes(), &c); err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	return c
}

func TestManualOptions(t *testing.T) {
	c := describeTest(t)
	var names []string
	for _, o := range c.Options {
		names = append(names, o.Name)
		switch o.Name {
		case "method":
			if o.Value != "value" || !slices.Equal(o.Words, []string{"cv", "dl"}) {
				t.Errorf("%+v", o)
			}
		case "gpu", "help", "version", "check-config", "print-config":
			if o.Value != "" {
				t.Errorf("%+v takes a value", o)
			}
		case "set":
			if !o.Repeat || len(o.Words) != 15 || o.Words[0] != "method=" || o.Words[3] != "input.name=" {
				t.Errorf("%+v", o)
			}
		}
	}
	want := []string{
		"check-config", "config", "gpu", "help", "log-level", "method", "prefix", "print-config", "reload", "run-dir", "set", "shm-dir", "version",
	}
	if !slices.Equal(names, want) {
		t.Errorf("options are %q, want %q", names, want)
	}
}

func TestManualSections(t *testing.T) {
	c := describeTest(t)
	var titles []string
	for _, s := range c.Sections {
		titles = append(titles, s.Title)
	}
	if want := []string{"CONFIGURATION", "ENVIRONMENT", "FILES", "SIGNALS", "EXIT STATUS"}; !slices.Equal(titles, want) {
		t.Fatalf("sections are %q, want %q", titles, want)
	}
	keys := c.Sections[0]
	for _, want := range []manual.Item{
		{Term: "method", Text: "How it is done. One of cv, dl; built in: cv. Has the flag --method."},
		{Term: "poll", Text: "Time between two looks. A time with its unit, such as 80ms, over 0s; built in: 1s."},
	} {
		if !slices.Contains(keys.Items, want) {
			t.Errorf("%+v is not among %+v", want, keys.Items)
		}
	}
	if len(keys.Sections) != 2 || keys.Sections[1].Title != "steering" {
		t.Fatalf("sections of keys are %+v", keys.Sections)
	}
	for _, want := range []manual.Item{
		{Term: "steering.kp", Text: "Share of the offset that is steered against. A number from 0 to 10 (1/m); built in: 0.35. Can be changed while running."},
		{Term: "steering.gears", Text: "A list, each a whole number; built in: [1, 2]."},
	} {
		if !slices.Contains(keys.Sections[1].Items, want) {
			t.Errorf("%+v is not among %+v", want, keys.Sections[1].Items)
		}
	}
	if want := (manual.Item{Term: "78", Text: "The configuration is bad; a restart mends nothing."}); !slices.Contains(c.Sections[4].Items, want) {
		t.Errorf("%+v is not among %+v", want, c.Sections[4].Items)
	}
}

// TestManualIsHidden keeps the flag out of the help, and from being taken beside others.
func TestManualIsHidden(t *testing.T) {
	var out bytes.Buffer
	if err := testProgram(nil).Exec(t.Context(), []string{"--help"}, &out, &out); err != nil || bytes.Contains(out.Bytes(), []byte("manual")) {
		t.Errorf("%v: %s", err, out.String())
	}
	err := testProgram(nil).Exec(t.Context(), []string{"--manual", "--version"}, &out, &out)
	if ExitCode(err) != ExitUsage {
		t.Errorf("%v", err)
	}
}
