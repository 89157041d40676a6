package evaluation

import (
	"context"
	"errors"
	"fmt"

	"lanekeeper/score"
)

// Run looks at every picture of a set and judges what was found. A picture that cannot be looked at counts as missing, and its
// Result says why; so does one whose size is not that of its truth. Only the end of ctx is an error.
func Run(ctx context.Context, set *Set, look Look) (*SetResult, error) {
	r := &SetResult{Set: set.Dir, Kind: set.Kind, Results: make([]Result, 0, len(set.Items))}
	var tally score.Tally
	var paint score.Paint
	var ms []float64
	for i := range set.Items {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		item := &set.Items[i]
		found, mask, err := item.look(look)
		result := Result{File: item.Name, Width: found.Width, Height: found.Height, ProcessingMs: found.Ms}
		claims := &found.Claims
		if err != nil {
			claims, result.Error = nil, err.Error()
		} else {
			ms = append(ms, found.Ms)
		}
		var j [2]score.Judgement
		if set.Kind == Masks {
			j = paint.Add(mask, claims)
		} else {
			j = tally.Add(item.Truth, claims)
		}
		result.Left, result.Right = side(j[score.Left], found.Claims[score.Left]), side(j[score.Right], found.Claims[score.Right])
		r.Results = append(r.Results, result)
	}
	if set.Kind == Masks {
		n := paint.Numbers()
		r.Paint, r.Calibration = &n, paint.Reliability.Calibration()
	} else {
		n := tally.Numbers()
		r.Score, r.Calibration = &n, tally.Reliability.Calibration()
	}
	r.TimeMs = TimesOf(ms)
	return r, nil
}

// look is what was found in the picture, and its mask where it has one. With an error nothing was found.
func (item *Item) look(look Look) (f Finding, mask *score.Mask, err error) {
	if item.Err != nil {
		return f, nil, item.Err
	}
	if f, err = look(item.Picture); err != nil {
		return Finding{}, nil, err
	}
	for _, c := range f.Claims {
		if c != nil {
			err = errors.Join(err, c.Check())
		}
	}
	if t := item.Truth; t != nil && (t.Width != f.Width || t.Height != f.Height) {
		err = fmt.Errorf("the picture has %d×%d px, its labels are for %d×%d", f.Width, f.Height, t.Width, t.Height)
	}
	if item.Mask != "" && err == nil {
		mask, err = ReadMask(item.Mask, f.Width, f.Height)
	}
	if err != nil {
		return Finding{}, nil, err
	}
	return f, mask, nil
}
