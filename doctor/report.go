package doctor

import (
	"fmt"
	"io"
	"strings"
)

// Report is all that was found, in the order of the checks.
type Report struct {
	Findings []Finding `json:"findings"`
	Failed   int       `json:"failed"`
	Warned   int       `json:"warned"`
	Skipped  int       `json:"skipped"`
}

func newReport(findings []Finding) Report {
	r := Report{Findings: findings}
	for _, f := range findings {
		switch f.Verdict {
		case Fail:
			r.Failed++
		case Warn:
			r.Warned++
		case Skip:
			r.Skipped++
		}
	}
	return r
}

// Text writes the report for people: a line a finding, below it how to mend it, and at the end how many there are of each.
func (r Report) Text(w io.Writer) error {
	width := 0
	for _, f := range r.Findings {
		width = max(width, len(f.Check))
	}
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%-4s  %-*s  %s\n", f.Verdict, width, f.Check, oneLine(f.Found))
		if f.Mend != "" {
			fmt.Fprintf(&b, "      mend: %s\n", oneLine(f.Mend))
		}
	}
	good := len(r.Findings) - r.Failed - r.Warned - r.Skipped
	fmt.Fprintf(&b, "\n%d ok, %d warn, %d fail, %d not checked\n", good, r.Warned, r.Failed, r.Skipped)
	_, err := io.WriteString(w, b.String())
	return err
}

// oneLine keeps a message of another program's from looking like a line of ours.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
