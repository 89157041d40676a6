package manual

import (
	"strings"
	"testing"
)

// tricky has everything that roff could take for something else.
func tricky() Command {
	return Command{
		Name: "lamp show", Part: 1, Summary: "a → b - c", Arguments: "[flags] [NAME…] Other", SeeAlso: []string{"lamp(1)", "lamp-d(8)"},
		Description: []string{".TH is 'no' request", `a\b "q" ~^` + "`", "  lamp show --all\n  .lamp", "after"},
		Options:     []Option{{Name: "on-off", Value: "a-b", Doc: "'tis .5", Default: "x"}, {Name: "help", Doc: "h"}},
		Commands:    []Command{{Name: "lamp show x", Part: 1, Summary: "shows x"}},
		Sections: []Section{{Title: "KEYS", Text: []string{"One."}, Items: []Item{{"a_b.c", "1 m/s²"}}, Sections: []Section{
			{Title: "a.b", Items: []Item{{".c", "."}}},
		}}},
	}
}

const trickyPage = `.\" Written by docs/gen from what the command itself declares: make docs writes it anew.
.TH LAMP\-SHOW 1 "" Lanekeeper "Lanekeeper manual"
.nh
.ad l
.SH NAME
lamp\-show \- a \[u2192] b \- c
.SH SYNOPSIS
\fBlamp show\fR [flags] [\fINAME\fR\[u2026]] Other
.SH DESCRIPTION
\&.TH is \(aqno\(aq request
.PP
a\eb \(dqq\(dq \(ti\(ha\(ga
.PP
.RS 4
.nf
lamp show \-\-all
\&.lamp
.fi
.RE
.PP
after
.SH COMMANDS
.TP
\fBx\fR
shows x; see lamp\-show\-x(1)
.SH OPTIONS
.TP
\fB\-\-on\-off\fR \fIa\-b\fR
\(aqtis .5 (default x)
.TP
\fB\-\-help\fR
h
.SH KEYS
One.
.TP
\fBa_b.c\fR
1 m/s\[u00B2]
.SS a.b
.TP
\fB.c\fR
\&.
.SH SEE ALSO
.BR lamp (1),
.BR lamp\-d (8)
`

func TestWriteRoff(t *testing.T) {
	var b strings.Builder
	if err := WriteRoff(&b, tricky()); err != nil {
		t.Fatal(err)
	}
	if b.String() != trickyPage {
		t.Errorf("got\n%s\nwant\n%s", b.String(), trickyPage)
	}
}

// TestRoffIsClean has groff read the page, with every warning on, and show its text unchanged.
func TestRoffIsClean(t *testing.T) {
	groff := tool(t, "groff")
	c := tricky()
	c.Description = append(c.Description, strings.Repeat("a long line of words with a/very/long/path_that_cannot_be_broken_anywhere ", 20))
	var page, out, complaints strings.Builder
	if err := WriteRoff(&page, c); err != nil {
		t.Fatal(err)
	}
	cmd := command(t, groff, "-man", "-ww", "-Tutf8", "-P-cbou")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(page.String()), &out, &complaints
	if err := cmd.Run(); err != nil || complaints.Len() > 0 {
		t.Fatalf("%v: %s", err, complaints.String())
	}
	for _, text := range []string{
		"a → b - c", "lamp show [flags] [NAME…]", ".TH is 'no' request", `a\b "q" ~^` + "`", "lamp show --all\n", ".lamp\n", "--on-off a-b",
		"'tis .5 (default x)", "1 m/s²", "lamp(1), lamp-d(8)",
	} {
		if !strings.Contains(out.String(), text) {
			t.Errorf("%q is not in the page:\n%s", text, out.String())
		}
	}
}
