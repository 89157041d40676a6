package daemon

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// bounds are the limits of a number, from a range tag: "0..10", "0..", "..10"; ">0..1" leaves the 0 out, "0..<1" the 1.
type bounds struct {
	min, max          float64 // durations in ns
	minText, maxText  string  // as the tag spells them; empty when there is no limit
	overMin, belowMax bool    // the limit itself is left out
}

func unbounded() bounds { return bounds{min: math.Inf(-1), max: math.Inf(1)} }

func parseBounds(tag string, typ reflect.Type) (bounds, error) {
	b := unbounded()
	if tag == "" {
		return b, nil
	}
	low, high, ok := strings.Cut(tag, "..")
	if !ok {
		return b, fmt.Errorf("range %q has no \"..\"", tag)
	}
	b.minText, b.overMin = strings.CutPrefix(low, ">")
	b.maxText, b.belowMax = strings.CutPrefix(high, "<")
	for _, side := range []struct {
		text string
		to   *float64
	}{{b.minText, &b.min}, {b.maxText, &b.max}} {
		if side.text == "" {
			continue
		}
		if typ == durationType {
			d, err := time.ParseDuration(side.text)
			if err != nil {
				return b, fmt.Errorf("range %q: %w", tag, err)
			}
			*side.to = float64(d)
			continue
		}
		v, err := strconv.ParseFloat(side.text, 64)
		if err != nil {
			return b, fmt.Errorf("range %q: %w", tag, err)
		}
		*side.to = v
	}
	if b.min > b.max {
		return b, fmt.Errorf("range %q is empty", tag)
	}
	return b, nil
}

func (b bounds) contain(v float64) bool {
	if v < b.min || v > b.max || math.IsNaN(v) || math.IsInf(v, 0) {
		return false
	}
	return !(b.overMin && v == b.min) && !(b.belowMax && v == b.max)
}

// String is the limits in words, empty when there are none: "from 0 to 10", "over 0", "at most 10".
func (b bounds) String() string {
	low, high := "at least "+b.minText, "at most "+b.maxText
	if b.overMin {
		low = "over " + b.minText
	}
	if b.belowMax {
		high = "below " + b.maxText
	}
	switch {
	case b.minText == "" && b.maxText == "":
		return ""
	case b.maxText == "":
		return low
	case b.minText == "":
		return high
	case b.overMin || b.belowMax:
		return low + " and " + high
	}
	return "from " + b.minText + " to " + b.maxText
}
