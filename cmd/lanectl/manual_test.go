package main

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"lanekeeper/manual"
)

// TestManual holds that every command tells its flags, arguments and what it does.
func TestManual(t *testing.T) {
	var out, errs bytes.Buffer
	if err := run(t.Context(), []string{"--manual"}, &out, &errs); err != nil || errs.Len() > 0 {
		t.Fatalf("%v: %s", err, errs.String())
	}
	var c manual.Command
	if err := json.Unmarshal(out.Bytes(), &c); err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	all := subcommands()
	if len(c.Commands) != len(all) {
		t.Fatalf("%d commands described, %d there", len(c.Commands), len(all))
	}
	for i, sub := range c.Commands {
		if sub.Name != "lanectl "+all[i].name || sub.Summary != all[i].summary || len(sub.Options) < 2 {
			t.Errorf("%s is described as %+v", all[i].name, sub)
		}
		if sub.Name == "lanectl estop" && (sub.Arguments != "[flags]" || sub.Options[0].Name != "clear") {
			t.Errorf("estop is described as %+v", sub)
		}
	}
}

func TestManualParagraphs(t *testing.T) {
	got := manualParagraphs([]string{"One", "goes on.", "", "Two:", "  lanectl a", "  lanectl b", "Three.", "", "", "Four."})
	want := []string{"One goes on.", "Two:", "  lanectl a\n  lanectl b", "Three.", "Four."}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
