package evaluation

import "lanekeeper/score"

// Finding is what a detector found in a picture.
type Finding struct {
	Width, Height int // px, of the picture
	Claims        score.Claims
	Ms            float64 // the time that it took
}

// Look looks at the picture in a file. Pictures are handed to it in the set's order.
type Look func(path string) (Finding, error)
