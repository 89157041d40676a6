package trial

import (
	"fmt"
	"io"
)

// WriteTable writes results as a table in Markdown: of each error the root mean square, what 95 % of the pictures stay
// within, and the greatest.
func WriteTable(w io.Writer, results []Result) error {
	if _, err := fmt.Fprint(w, "| scenario | lane m | pictures | both lines | one | offset m: rms, 95 %, max ",
		"| heading rad | curvature 1/m | lane width m |\n",
		"|---|---:|---:|---:|---:|---:|---:|---:|---:|\n"); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	for _, r := range results {
		if _, err := fmt.Fprintf(w, "| %s | %.2f | %d | %d | %d | %s | %s | %s | %s |\n", r.Scenario, r.LaneWidthM, r.Pictures, r.Both, r.One,
			r.OffsetM, r.HeadingRad, r.CurvaturePerM, r.LaneWidth); err != nil {
			return fmt.Errorf("writing the table: %w", err)
		}
	}
	return nil
}

// String is the errors as a cell has them.
func (e Errors) String() string {
	if e.N == 0 {
		return "–"
	}
	return fmt.Sprintf("%.3g, %.3g, %.3g", e.RMS, e.P95, e.Max)
}
