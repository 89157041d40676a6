package bench

// samples are the times that were measured of a cell, in ns.
type samples map[Transport][]int64

// rows are the distributions, in the order of the transports.
func (s samples) rows(c Cell) []Row {
	var rows []Row
	for _, t := range c.transports() {
		if len(s[t]) > 0 {
			rows = append(rows, newRow(c, t, s[t]))
		}
	}
	return rows
}
