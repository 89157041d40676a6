package inspect

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

const none = "–"

// Table writes the view for people: the daemons, the segments, and then each problem on a line of its own.
func (v View) Table(w io.Writer) error {
	var text strings.Builder
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "DAEMON\tPID\tUPTIME\tVERSION\tSTATUS")
	for _, d := range v.Daemons {
		pid, uptime, version := none, none, none
		if d.PID > 0 {
			pid = fmt.Sprint(d.PID)
		}
		if d.Version != "" {
			uptime, version = time.Duration(d.UptimeS*float64(time.Second)).Round(time.Second).String(), d.Version
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", d.Name, pid, uptime, version, d.Line)
	}
	_ = t.Flush() // to memory
	text.WriteByte('\n')
	if len(v.Segments) == 0 {
		text.WriteString("no segments\n")
	} else {
		fmt.Fprintln(t, "SEGMENT\tKIND\tSIZE\tSLOTS\tOWNER\tRECORDS\tAGE\tSTATE")
	}
	for _, s := range v.Segments {
		kind, slots, owner, age := none, none, none, none
		if s.Kind != "" {
			kind, slots = s.Kind, fmt.Sprint(s.Slots)
		}
		if s.OwnerPID > 0 {
			owner = fmt.Sprint(s.OwnerPID)
		}
		if s.AgeMs != nil {
			age = roughly(time.Duration(*s.AgeMs * float64(time.Millisecond)))
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n", s.Name, kind, size(s.Bytes), slots, owner, s.Records, age, s.State)
	}
	_ = t.Flush()
	if problems := v.problems(); len(problems) > 0 {
		text.WriteString("\nproblems:\n  " + strings.Join(problems, "\n  ") + "\n")
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// problems are those of the place, of the daemons and of the segments.
func (v View) problems() []string {
	all := append([]string(nil), v.Problems...)
	for _, d := range v.Daemons {
		if d.Problem != "" {
			all = append(all, d.Name+": "+d.Problem)
		}
	}
	for _, s := range v.Segments {
		if s.Problem != "" {
			all = append(all, s.Name+": "+s.Problem)
		}
	}
	return all
}

// roughly is an age with as many digits as a person wants.
func roughly(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return d.Round(time.Millisecond).String()
	default:
		return d.Round(time.Second).String()
	}
}

// size is a number of bytes in a unit that suits it.
func size(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d B", n)
}
