package evaluation

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

// Report is all that one evaluation came to.
type Report struct {
	Method   string         `json:"method"`
	Sequence bool           `json:"sequence"` // a set's pictures were taken as frames of one drive
	Sets     []*SetResult   `json:"sets"`
	Videos   []*VideoResult `json:"videos"`
}

// JSON writes the report as one object.
func (r *Report) JSON(w io.Writer) error {
	if err := json.NewEncoder(w).Encode(r); err != nil {
		return fmt.Errorf("writing the evaluation: %w", err)
	}
	return nil
}

// Table writes the report for people.
func (r *Report) Table(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(cells ...any) {
		last := len(cells) - 1 // no column: it stands where the columns end
		for _, c := range cells[:last] {
			fmt.Fprintf(t, "%v\t", c)
		}
		fmt.Fprintln(t, cells[last])
	}
	if len(r.Sets) > 0 {
		row("frames", "missing", "precision", "recall", "F1", "ghosts", "acc", "mae px", "ECE", "p50 ms", "p99 ms", "mean ms", " set")
	}
	for _, s := range r.Sets {
		row(append(s.cells(), ms(s.TimeMs.P50), ms(s.TimeMs.P99), ms(s.TimeMs.Mean), " "+s.Set)...)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("writing the evaluation: %w", err)
	}
	for i, v := range r.Videos {
		if i > 0 || len(r.Sets) > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s: %d frames\n", v.Video, v.Single.Frames)
		row("each alone", "in sequence", " of the lines of both sides")
		for _, l := range v.Lines() {
			row(l.Single, l.Sequence, " "+l.Name)
		}
		if err := t.Flush(); err != nil {
			return fmt.Errorf("writing the evaluation: %w", err)
		}
	}
	return nil
}

// cells are a set's numbers, up to the times. What masks cannot tell is a dash.
func (r *SetResult) cells() []any {
	four := func(v float64) string { return fmt.Sprintf("%.4f", v) }
	if p := r.Paint; p != nil {
		return []any{p.Frames, p.Missing, four(p.OnPaint), "-", "-", "-", "-", "-", four(r.Calibration.ECE)}
	}
	n := r.Score
	return []any{
		n.Frames, n.Missing, four(n.Precision), four(n.Recall), four(n.F1), fmt.Sprintf("%.3f", n.Ghosts), four(n.Acc),
		fmt.Sprintf("%.2f", n.MaePx), four(r.Calibration.ECE),
	}
}

func ms(v float64) string { return fmt.Sprintf("%.2f", v) }
