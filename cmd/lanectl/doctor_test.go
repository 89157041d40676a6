package main

import (
	"encoding/json"
	"strings"
	"testing"

	"lanekeeper/doctor"
)

// TestDoctor asks on the machine at hand, whatever is wrong with it: the exit code is what the report says.
func TestDoctor(t *testing.T) {
	p, flags := vehicle(t)
	controller(t, p, flags)
	var out, errs strings.Builder
	code := exitCode(run(t.Context(), append([]string{"doctor", "--json"}, flags...), &out, &errs), &errs)
	var r doctor.Report
	if err := json.Unmarshal([]byte(out.String()), &r); err != nil {
		t.Fatalf("%v: one JSON object expected, not\n%s", err, out.String())
	}
	if failed := r.Failed > 0; failed != (code == 1) || failed != (errs.String() != "") || code > 1 {
		t.Errorf("exit code %d with %d failures; it said %q", code, r.Failed, errs.String())
	}
	// The daemon of this test's is seen, and nothing of any other set.
	for _, want := range []doctor.Finding{
		{Verdict: doctor.OK, Check: "daemons", Found: "controld: standing by"},
		{Verdict: doctor.OK, Check: "segments", Found: "control_commands"},
		{Verdict: doctor.OK, Check: "sockets", Found: "controld"},
	} {
		found := false
		for _, f := range r.Findings {
			found = found || f == want
		}
		if !found {
			t.Errorf("no %+v in\n%s", want, out.String())
		}
	}
}

func TestDoctorTakesNoArguments(t *testing.T) {
	p, flags := vehicle(t)
	said, code := lanectl(t, p, append(append([]string{"doctor"}, flags...), "now")...)
	if want := "lanectl: doctor: \"now\": flags expected\n"; said != want || code != 2 {
		t.Errorf("exit code %d, it said %s\nwant 2, %s", code, said, want)
	}
}
