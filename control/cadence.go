package control

// cadenceIntervals is the window of the rate check, in intervals between detections.
const cadenceIntervals = 10

// cadence is the mean rate of the last detections.
type cadence struct {
	atNs  [cadenceIntervals + 1]int64
	count int // since the last clear
}

func (c *cadence) clear() { c.count = 0 }

func (c *cadence) add(ns int64) {
	c.atNs[c.count%len(c.atNs)] = ns
	c.count++
}

// hz is the rate over the window, or over what there is of it; 0 when nothing can be said yet.
func (c *cadence) hz() float64 {
	n := min(c.count, len(c.atNs)) - 1
	if n < 1 {
		return 0
	}
	newest, oldest := c.atNs[(c.count-1)%len(c.atNs)], c.atNs[(c.count-1-n)%len(c.atNs)]
	if newest <= oldest {
		return 0
	}
	return float64(n) * 1e9 / float64(newest-oldest)
}
