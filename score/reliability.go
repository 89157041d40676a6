package score

import "math"

// bins is how many a Reliability sorts confidence into.
const bins = 10

// Reliability compares the confidence that claims were made with and how often they were right, as in Guo et al., "On
// Calibration of Modern Neural Networks", 2017 (https://arxiv.org/abs/1706.04599). The zero value is ready.
type Reliability struct {
	count, hits [bins]int
	confidence  [bins]float64 // sums
	squares     float64       // sum of (confidence − 1 for a hit, 0 for none)²
}

// Add counts a claim. Confidence is clamped to 0…1, and 0 where it is no number.
func (r *Reliability) Add(confidence float64, hit bool) {
	if !(confidence > 0) {
		confidence = 0
	}
	confidence = min(confidence, 1)
	b := min(int(confidence*bins), bins-1)
	r.count[b]++
	r.confidence[b] += confidence
	miss := confidence
	if hit {
		r.hits[b]++
		miss = 1 - confidence
	}
	r.squares += float64(miss * miss)
}

// Bin is the claims with a confidence of From to To; To belongs to the next one.
type Bin struct {
	From       float64 `json:"from"`
	To         float64 `json:"to"`
	Count      int     `json:"count"`
	Confidence float64 `json:"confidence"` // mean; 0 where there are none
	HitShare   float64 `json:"hit_share"`
}

// Calibration is what a Reliability sums up to, rounded to four decimal places.
type Calibration struct {
	Claims int     `json:"claims"`
	ECE    float64 `json:"ece"`   // expected calibration error: mean of |hit share − mean confidence| over the bins, by their counts
	Brier  float64 `json:"brier"` // mean of (confidence − 1 for a hit, 0 for none)²
	Bins   []Bin   `json:"bins"`
}

// Calibration sums up. Without claims everything is 0.
func (r *Reliability) Calibration() Calibration {
	c := Calibration{Bins: make([]Bin, bins)}
	gap := 0.0
	for i, n := range r.count {
		c.Claims += n
		mean := r.confidence[i] / float64(max(n, 1))
		gap += math.Abs(float64(r.hits[i]) - r.confidence[i])
		c.Bins[i] = Bin{
			From: float64(i) / bins, To: float64(i+1) / bins, Count: n,
			Confidence: places(mean, 4), HitShare: places(share(r.hits[i], n), 4),
		}
	}
	c.ECE, c.Brier = places(gap/float64(max(c.Claims, 1)), 4), places(r.squares/float64(max(c.Claims, 1)), 4)
	return c
}
