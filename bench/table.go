package bench

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"lanekeeper/shm"
)

// Table writes the rows for people, then the ratios that the project holds itself to.
func (r *Report) Table(w io.Writer) error {
	var b bytes.Buffer
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "figure\twait\tpayload\treaders\ttransport\tsamples\tmin\tp50\tp99\tp99.9\tmax\tp50 ÷ limit\t\n")
	for _, c := range cells() {
		for _, transport := range c.transports() {
			if row, ok := r.row(transport, c); ok {
				r.line(t, c, row)
			}
		}
		if slices.Contains(r.Missing, c) {
			fmt.Fprintf(t, "%s\t%v\t%s\t%d\tnot measured on %s\t\n",
				c.Figure, c.Wait, payloadName(c.PayloadBytes), c.Readers, plural(r.Machine.CPUs, "CPU"))
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(&b, "\n%s\n", r.Conditions())
	r.lateFrames(&b)
	r.targets(&b)
	_, err := w.Write(b.Bytes())
	return err
}

func (r *Report) line(w io.Writer, c Cell, row Row) {
	ratio := ""
	if limit, ok := r.row(Limit, c); ok && row.Transport != Limit && limit.P50Ns > 0 {
		ratio = fmt.Sprintf("%.2f", float64(row.P50Ns)/float64(limit.P50Ns))
	}
	fmt.Fprintf(w, "%s\t%v\t%s\t%d\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t\n",
		c.Figure, c.Wait, payloadName(c.PayloadBytes), c.Readers, row.Transport, row.Samples,
		duration(row.MinNs), duration(row.P50Ns), duration(row.P99Ns), duration(row.P999Ns), duration(row.MaxNs), ratio)
}

// lateFrames tells how many records at 60 Hz came later than the next one was due.
func (r *Report) lateFrames(w io.Writer) {
	for _, row := range r.Rows {
		if row.Transport == SharedMemory && row.Figure == Notification && row.Wait == shm.Futex.String() && row.Readers == maxReaders {
			fmt.Fprintf(w, "%s at 60 Hz to %s: %d of %d late by a frame period\n",
				payloadName(row.PayloadBytes), plural(row.Readers, "reader"), row.Late, row.Samples)
		}
	}
}

// targets writes the ratios and whether they are held.
func (r *Report) targets(w io.Writer) {
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, target := range targets() {
		ratio, ok := target.ratio(r)
		if !ok {
			fmt.Fprintf(t, "%s\t–\t≤ %.2f\tnot measured\n", target.name, target.most)
			continue
		}
		verdict := "met"
		if ratio > target.most {
			verdict = "MISSED"
		}
		fmt.Fprintf(t, "%s\t%.2f\t≤ %.2f\t%s\n", target.name, ratio, target.most, verdict)
	}
	_ = t.Flush() // into memory
}
