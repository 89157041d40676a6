package doctor

import (
	"regexp"
	"strings"
	"testing"

	"lanekeeper/daemon"
)

// TestThisMachine runs every check on the machine at hand: whatever that is, each has something to say, in whole lines.
func TestThisMachine(t *testing.T) {
	r := Examine(Gather(t.Context(), daemon.Place{ShmDir: daemon.DefaultShmDir, RunDir: daemon.DefaultRunDir}, "v1.2.3"))
	for _, c := range checks() {
		said := false
		for _, f := range r.Findings {
			said = said || f.Check == c.name && f.Found != ""
		}
		if !said {
			t.Errorf("the check %s says nothing", c.name)
		}
	}
	var b strings.Builder
	if err := r.Text(&b); err != nil {
		t.Fatal(err)
	}
	wellFormed := regexp.MustCompile(`^((ok  |skip)  \S+ +\S.*\n|(warn|fail)  \S+ +\S.*\n      mend: \S.*\n)+\n\d+ ok, \d+ warn, \d+ fail, \d+ not checked\n$`)
	if !wellFormed.MatchString(b.String()) {
		t.Errorf("not well-formed:\n%s", b.String())
	}
}

func TestReport(t *testing.T) {
	r := newReport([]Finding{
		{OK, "cpu", "4 processors", ""}, {Fail, "run-dir", "no /run\nat all", "make it"}, {Warn, "i2c", "off", "switch it on"}, {Skip, "power", "unknown", ""},
	})
	var b strings.Builder
	if err := r.Text(&b); err != nil {
		t.Fatal(err)
	}
	want := `ok    cpu      4 processors
fail  run-dir  no /run at all
      mend: make it
warn  i2c      off
      mend: switch it on
skip  power    unknown

1 ok, 1 warn, 1 fail, 1 not checked
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// TestBareMachine: a machine that shows nothing is a machine of which nothing is known, not a good one and no panic.
func TestBareMachine(t *testing.T) {
	s := machine(t, files{})
	r := Examine(*s)
	if r.Skipped < 10 {
		t.Errorf("%d of %d findings are not checked, where nothing can be", r.Skipped, len(r.Findings))
	}
}
