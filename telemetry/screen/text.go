package screen

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	"lanekeeper/telemetry"
)

const none = "–"

// Ages past which a value is marked: an amber light and a red one, where there are lights.
const (
	oldMs   = 250
	staleMs = 1000
)

// Text is the report for people, a block of lines.
func (r Report) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s  %s\n", r.Time.Format("15:04:05"), clean(r.Vehicle), strings.ToUpper(r.Link.State))
	if r.Link.State != "live" || strings.HasPrefix(r.Link.Text, "no message") {
		fmt.Fprintf(&b, "%s\n", clean(r.Link.Text))
	}
	b.WriteByte('\n')
	writeControl(&b, r.Control)
	writeLane(&b, r.Lane, r.OffsetsM, r.Headings)
	fmt.Fprintf(&b, "\n%-20s %7s %10s %10s\n", "LATENCY", "FRAMES", "P50", "P99")
	for _, l := range r.Latencies {
		fmt.Fprintf(&b, "%s%s %7d %10s %10s\n", l.Hop, strings.Repeat(" ", 20-len([]rune(string(l.Hop)))), l.Count,
			number(l.P50Ms, "%.2f ms"), number(l.P99Ms, "%.2f ms"))
	}
	s := r.Rates
	fmt.Fprintf(&b, "\nlanes %.1f/s  commands %.1f/s  %.1f kB/s  delay p50 %s p99 %s  clock %s\n", s.LanesHz, s.ControlHz,
		s.BytesPerS/1e3, number(s.DelayP50Ms, "%.1f ms"), number(s.DelayP99Ms, "%.1f ms"), r.Clock)
	fmt.Fprintf(&b, "dropped on the vehicle: %d overrun, %d skipped; malformed here: %d\n", s.Overrun, s.Skipped, s.Malformed)
	for _, d := range r.Daemons {
		fmt.Fprintf(&b, "%-12s %s, up %.0f s: %s\n", d.Name, clean(d.Version), d.UptimeS, clean(d.Line))
	}
	for _, n := range r.Notices {
		fmt.Fprintf(&b, "%s\n", clean(n))
	}
	if len(r.Events) > 0 {
		b.WriteString("\nEVENTS\n")
	}
	for _, e := range r.Events {
		writeEvent(&b, e)
	}
	return b.String()
}

func writeEvent(b *strings.Builder, e telemetry.Event) {
	at, by := time.UnixMilli(int64(e.TimeS*1e3)).Format(time.TimeOnly), ""
	if e.By != "" {
		by = ", by " + clean(e.By)
	}
	fmt.Fprintf(b, "%s  %-8s %s%s\n", at, clean(e.Severity), clean(e.Text), by)
}

// write shows what the controller does.
func writeControl(b *strings.Builder, c *Aged[Control]) {
	if c == nil {
		b.WriteString("nothing of the controller yet\n")
		return
	}
	v := c.Value
	state := "state not told"
	if v.State != "" {
		state = strings.ToUpper(clean(v.State))
	}
	if v.Reason != "none" && v.Reason != "" {
		state += " (" + clean(v.Reason) + ")"
	}
	fmt.Fprintf(b, "%s  %s\n", state, age(c.AgeMs, c.HeardMs))
	fmt.Fprintf(b, "steering %s %+.2f   throttle %s %.2f   brake %s %.2f   speed %s\n", swing(v.Steering), v.Steering,
		bar(v.Throttle), v.Throttle, bar(v.Brake), v.Brake, number(v.SpeedMps, "%.2f m/s"))
	if (v.Departure == "left" || v.Departure == "right") && c.HeardMs < staleMs {
		fmt.Fprintf(b, "LEAVING THE LANE TO THE %s\n", strings.ToUpper(v.Departure))
	}
}

// writeLane shows what was found, and its course over time.
func writeLane(b *strings.Builder, l *Aged[Lane], offsets, headings []float64) {
	if l == nil {
		b.WriteString("no lane yet\n")
		return
	}
	v := l.Value
	unit, heading := "m", none
	if v.Uncalibrated {
		unit = "lane widths"
	}
	if v.HeadingRad != nil {
		heading = fmt.Sprintf("%+.1f°", *v.HeadingRad*180/math.Pi)
	}
	fmt.Fprintf(b, "lanes    L %s R %s   frame %d   %s\n", number(v.LeftConfidence, "%.2f"), number(v.RightConfidence, "%.2f"),
		v.FrameID, age(l.AgeMs, l.HeardMs))
	fmt.Fprintf(b, "offset   %-12s %s\n", number(v.OffsetM, "%+.2f "+unit), sparkline(offsets))
	fmt.Fprintf(b, "heading  %-12s %s\n", heading, sparkline(headings))
}

func age(ms *float64, heardMs float64) string {
	switch {
	case ms == nil && heardMs > staleMs:
		return fmt.Sprintf("heard %.0f ms ago STALE", heardMs)
	case ms == nil:
		return "age unknown"
	case *ms > staleMs:
		return fmt.Sprintf("age %.0f ms STALE", *ms)
	case *ms > oldMs:
		return fmt.Sprintf("age %.0f ms old", *ms)
	}
	return fmt.Sprintf("age %.0f ms", *ms)
}

func number(v *float64, format string) string {
	if v == nil {
		return none
	}
	return fmt.Sprintf(format, *v)
}

// clean is a text from the network with nothing in it that a terminal would obey.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '·'
	}, text)
}
