package score

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
)

// What a labels file may hold. Nobody draws more; a file with more is damaged.
const (
	maxLabelLine  = 1 << 20 // bytes of a line of the file
	maxSize       = 1 << 14 // px: width and height of a frame
	maxCoordinate = 1e6     // px: a drawn line may leave the picture, but not the county
)

// ReadLabels reads a labels.jsonl: a line for each frame,
//
//	{"file": "a.jpg", "width": 640, "height": 480, "lines": [[[86, 473], [275, 308]], [[630, 463], [340, 65]]]}
//
// with one polyline a marking, its points in pixels. A frame may be without lines. Other keys are let be, lines of white
// space passed over. Frames are told apart by the last part of their names, so no two may share it. An error names the
// line that it is about.
func ReadLabels(r io.Reader) ([]Frame, error) {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 0, 64<<10), maxLabelLine)
	var frames []Frame
	known := map[string]int{}
	n := 0
	for in.Scan() {
		n++
		if len(bytes.TrimSpace(in.Bytes())) == 0 {
			continue
		}
		f, err := parseFrame(in.Bytes())
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		base := path.Base(f.File)
		if before := known[base]; before > 0 {
			return nil, fmt.Errorf("line %d: %q has its labels on line %d already: leave one of them, or rename one picture", n, base, before)
		}
		known[base] = n
		frames = append(frames, f)
	}
	if errors.Is(in.Err(), bufio.ErrTooLong) {
		return nil, fmt.Errorf("line %d: longer than %d bytes", n+1, maxLabelLine)
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	return frames, nil
}

// parseFrame reads one line. Keys are taken as they are spelt: package json alone would let their case differ.
func parseFrame(text []byte) (Frame, error) {
	var f Frame
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(text, &keys); err != nil {
		return f, fmt.Errorf("no JSON object: %w", err)
	}
	var lines [][][]*float64 // pointers tell null from 0
	for _, k := range []struct {
		key  string
		to   any
		want string
	}{
		{"file", &f.File, "the picture's name"},
		{"width", &f.Width, "a whole number of pixels"},
		{"height", &f.Height, "a whole number of pixels"},
		{"lines", &lines, "a list of lines, each a list of points [x, y]"},
	} {
		raw, there := keys[k.key]
		if !there || string(raw) == "null" {
			return f, fmt.Errorf("no %q: %s expected", k.key, k.want)
		}
		if err := json.Unmarshal(raw, k.to); err != nil {
			return f, fmt.Errorf("%q is not %s: %w", k.key, k.want, err)
		}
	}
	if base := path.Base(f.File); f.File == "" || f.File[len(f.File)-1] == '/' || base == "." || base == ".." {
		return f, fmt.Errorf("\"file\" is %q: the picture's name expected", f.File)
	}
	if f.Width < 1 || f.Width > maxSize || f.Height < 1 || f.Height > maxSize {
		return f, fmt.Errorf("a picture of %d×%d px: 1 to %d expected", f.Width, f.Height, maxSize)
	}
	f.Lines = make([]Line, len(lines))
	for i, points := range lines {
		if len(points) == 0 {
			return f, fmt.Errorf("\"lines\"[%d] has no points", i)
		}
		f.Lines[i] = make(Line, len(points))
		for k, p := range points {
			if len(p) != 2 || p[0] == nil || p[1] == nil {
				return f, fmt.Errorf("\"lines\"[%d][%d] is no point: two numbers expected, [x, y]", i, k)
			}
			if math.Abs(*p[0]) > maxCoordinate || math.Abs(*p[1]) > maxCoordinate {
				return f, fmt.Errorf("\"lines\"[%d][%d] lies at (%g, %g): at most %g px expected", i, k, *p[0], *p[1], maxCoordinate)
			}
			f.Lines[i][k] = [2]float64{*p[0], *p[1]}
		}
	}
	return f, nil
}
