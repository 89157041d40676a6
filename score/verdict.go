package score

// Verdict is what a frame's side came to.
type Verdict string

// The verdicts.
const (
	Hit      Verdict = "hit"      // claimed, and there
	Wrong    Verdict = "wrong"    // claimed, but the line is elsewhere, or, against a mask, nothing is painted there
	Missed   Verdict = "missed"   // there, but not claimed
	Ghost    Verdict = "ghost"    // claimed, but no line is there
	Nothing  Verdict = "nothing"  // neither there nor claimed; against a mask, not claimed
	Unjudged Verdict = "unjudged" // claimed, but none of it was seen where masks are looked at
)

// Claimed says whether the side was claimed at all.
func (v Verdict) Claimed() bool { return v == Hit || v == Wrong || v == Ghost || v == Unjudged }

// Judgement is the verdict about a side, and what it rests on.
type Judgement struct {
	Verdict Verdict
	Rows    int     // that were to be covered
	Within  int     // of them, those in which the claimed line lies near enough
	MeanPx  float64 // distance across the line in the rows that both cover, at a width of 640; 0 where there are none
}
