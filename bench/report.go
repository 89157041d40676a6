package bench

import (
	"bytes"
	"encoding/json"
	"io"
)

// Report is the outcome of a measurement.
type Report struct {
	Machine Machine
	Pinned  bool // every process was bound to a CPU
	Rows    []Row
	Missing []Cell // that need more CPUs
}

// JSON writes the rows as an array, one row a line.
func (r *Report) JSON(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString("[")
	for i, row := range r.Rows {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n  ")
		text, err := json.Marshal(row)
		if err != nil {
			return err
		}
		b.Write(text)
	}
	b.WriteString("\n]\n")
	_, err := w.Write(b.Bytes())
	return err
}

// Conditions says what was measured on, and how, in one line.
func (r *Report) Conditions() string {
	pinned := "processes not pinned"
	if r.Pinned {
		pinned = "processes pinned, writer and readers on different CPUs"
	}
	return r.Machine.String() + ", " + pinned
}

// row finds the row of a transport.
func (r *Report) row(t Transport, c Cell) (Row, bool) {
	for _, row := range r.Rows {
		if row.Transport == t && row.Figure == c.Figure && row.Wait == c.Wait.String() && row.PayloadBytes == c.PayloadBytes &&
			row.Readers == c.Readers {
			return row, true
		}
	}
	return Row{}, false
}
