package watch

import (
	"fmt"
	"math"
	"strings"
)

const none = "–"

// Text is the report for people, a block of lines.
func (r Report) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  the last %.1f s\n\n", r.Time.Format("15:04:05"), r.IntervalS)
	fmt.Fprintf(&b, "%-18s %9s %10s %10s %11s  %s\n", "SEGMENT", "RATE", "RECORDS", "AGE", "NOT SAMPLED", "DROPPED")
	for _, s := range r.Segments {
		age := none
		if s.AgeMs != nil {
			age = fmt.Sprintf("%.1f ms", *s.AgeMs)
		}
		fmt.Fprintf(&b, "%-18s %7.1f/s %10d %10s %11d  %s\n", s.Name, s.RateHz, s.Records, age, s.NotSampled, drops(s.Drops))
	}
	fmt.Fprintf(&b, "\n%-20s %7s %10s %10s %10s\n", "LATENCY", "FRAMES", "P50", "P99", "MAX")
	for _, l := range r.Latencies {
		fmt.Fprintf(&b, "%s%s %7d %10s %10s %10s\n", l.Hop, strings.Repeat(" ", 20-len([]rune(string(l.Hop)))), l.Count,
			number(l.P50Ms, "%.2f ms"), number(l.P99Ms, "%.2f ms"), number(l.MaxMs, "%.2f ms"))
	}
	b.WriteByte('\n')
	b.WriteString(r.Command.text())
	b.WriteString(r.Lanes.text())
	for _, s := range r.Segments {
		if s.Problem != "" {
			fmt.Fprintf(&b, "%s: %s\n", s.Name, s.Problem)
		}
	}
	return b.String()
}

func drops(all []Drop) string {
	words := make([]string, 0, len(all))
	for _, d := range all {
		words = append(words, fmt.Sprintf("%d %s", d.Count, d.How))
	}
	return strings.Join(words, ", ")
}

func (c *Command) text() string {
	if c == nil {
		return "no command yet\n"
	}
	state := c.State
	if c.Reason != "none" {
		state += " (" + c.Reason + ")"
	}
	text := fmt.Sprintf("%s  steering %+.2f  throttle %.2f  brake %.2f  confidence %.2f\n",
		state, c.Steering, c.Throttle, c.Brake, c.Confidence)
	if c.ExpiredMs > 0 {
		text += fmt.Sprintf("that command expired %.0f ms ago: whoever obeys it is neutral\n", c.ExpiredMs)
	}
	return text
}

func (l *Lanes) text() string {
	if l == nil {
		return "no detection yet\n"
	}
	unit := "m"
	if l.Uncalibrated {
		unit = "lane widths"
	}
	heading := none
	if l.HeadingRad != nil {
		heading = fmt.Sprintf("%+.1f°", *l.HeadingRad*180/math.Pi)
	}
	return fmt.Sprintf("lanes L %s R %s  offset %s  heading %s  departure %s\n", number(l.LeftConfidence, "%.2f"),
		number(l.RightConfidence, "%.2f"), number(l.OffsetM, "%+.2f "+unit), heading, l.Departure)
}

func number(v *float64, format string) string {
	if v == nil {
		return none
	}
	return fmt.Sprintf(format, *v)
}
