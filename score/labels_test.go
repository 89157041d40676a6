package score

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadLabels(t *testing.T) {
	frames, err := ReadLabels(strings.NewReader(
		`{"file": "a.jpg", "width": 640, "height": 480, "lines": [[[86, 473], [275.5, -3]], [[1, 2]]], "note": {"any": NULL}}`[:100] + "\n" +
			" \r\n" +
			`{"lines": [], "height": 2, "width": 1, "file": "b/c.jpg"}`))
	if err == nil {
		t.Errorf("cut short, yet read as %+v", frames)
	}
	frames, err = ReadLabels(strings.NewReader(
		`{"file": "a.jpg", "width": 640, "height": 480, "lines": [[[86, 473], [275.5, -3]], [[1, 2]]], "note": {"by": null}}` + "\n" +
			" \r\n" +
			`{"lines": [], "height": 2, "width": 1, "file": "b/c.jpg"}`))
	want := "[{a.jpg 640 480 [[[86 473] [275.5 -3]] [[1 2]]]} {b/c.jpg 1 2 []}]"
	if err != nil || fmt.Sprint(frames) != want {
		t.Errorf("%v, %v, want %s", frames, err, want)
	}
	if frames, err := ReadLabels(strings.NewReader("")); err != nil || len(frames) != 0 {
		t.Errorf("%v, %v for an empty file", frames, err)
	}
	if _, err := ReadLabels(iotest.ErrReader(errors.New("the disk is gone"))); err == nil || err.Error() != "line 1: the disk is gone" {
		t.Errorf("%v", err)
	}
}

// TestReadLabelsErrors holds what is said about each mistake, on the second line of a file.
func TestReadLabelsErrors(t *testing.T) {
	good := `{"file": "a.jpg", "width": 640, "height": 480, "lines": []}` + "\n"
	with := func(lines string) string {
		return `{"file": "b.jpg", "width": 640, "height": 480, "lines": ` + lines + `}`
	}
	for _, k := range []struct{ line, want string }{
		{`{"file": "b.jpg", "wid`, `line 2: no JSON object: unexpected end of JSON input`},
		{`[1]`, `line 2: no JSON object: json: cannot unmarshal array into Go value of type map[string]json.RawMessage`},
		{`{} {}`, `line 2: no JSON object: invalid character '{' after top-level value`},
		{`null`, `line 2: no "file": the picture's name expected`},
		{`{"File": "b.jpg"}`, `line 2: no "file": the picture's name expected`},
		{`{"file": 3}`, `line 2: "file" is not the picture's name: json: cannot unmarshal number into Go value of type string`},
		{`{"file": "b.jpg", "width": "640"}`, `line 2: "width" is not a whole number of pixels: json: cannot unmarshal string into Go value of type int`},
		{`{"file": "b.jpg", "width": 640.5}`, `line 2: "width" is not a whole number of pixels: json: cannot unmarshal number 640.5 into Go value of type int`},
		{`{"file": "b.jpg", "width": 640}`, `line 2: no "height": a whole number of pixels expected`},
		{`{"file": "b.jpg", "width": 640, "height": 480}`, `line 2: no "lines": a list of lines, each a list of points [x, y] expected`},
		{with(`null`), `line 2: no "lines": a list of lines, each a list of points [x, y] expected`},
		{with(`[[[NaN, 1]]]`), `line 2: no JSON object: invalid character 'N' looking for beginning of value`},
		{with(`[[[1e999, 1]]]`), `line 2: "lines" is not a list of lines, each a list of points [x, y]: json: cannot unmarshal number 1e999 into Go value of type float64`},
		{with(`[[1, 2], [3, 4]]`), `line 2: "lines" is not a list of lines, each a list of points [x, y]: json: cannot unmarshal number into Go value of type []*float64`},
		{with(`[[[1, "2"]]]`), `line 2: "lines" is not a list of lines, each a list of points [x, y]: json: cannot unmarshal string into Go value of type float64`},
		{with(`[[]]`), `line 2: "lines"[0] has no points`},
		{with(`[[[1, 2]], [[1, 2], [3]]]`), `line 2: "lines"[1][1] is no point: two numbers expected, [x, y]`},
		{with(`[[[1, 2, 3]]]`), `line 2: "lines"[0][0] is no point: two numbers expected, [x, y]`},
		{with(`[[[1, null]]]`), `line 2: "lines"[0][0] is no point: two numbers expected, [x, y]`},
		{with(`[[[1, 2], [-2e6, 1]]]`), `line 2: "lines"[0][1] lies at (-2e+06, 1): at most 1e+06 px expected`},
		{`{"file": "b.jpg", "width": 0, "height": 480, "lines": []}`, `line 2: a picture of 0×480 px: 1 to 16384 expected`},
		{`{"file": "b.jpg", "width": 640, "height": 99999, "lines": []}`, `line 2: a picture of 640×99999 px: 1 to 16384 expected`},
		{`{"file": "", "width": 640, "height": 480, "lines": []}`, `line 2: "file" is "": the picture's name expected`},
		{`{"file": "b/..", "width": 640, "height": 480, "lines": []}`, `line 2: "file" is "b/..": the picture's name expected`},
		{`{"file": "b/", "width": 640, "height": 480, "lines": []}`, `line 2: "file" is "b/": the picture's name expected`},
		{`{"file": "c/a.jpg", "width": 640, "height": 480, "lines": []}`, `line 2: "a.jpg" has its labels on line 1 already: leave one of them, or rename one picture`},
		{strings.Repeat(" ", maxLabelLine+1), `line 2: longer than 1048576 bytes`},
	} {
		_, err := ReadLabels(strings.NewReader(good + k.line + "\n"))
		if err == nil || err.Error() != k.want {
			t.Errorf("%.80s\n got  %v\n want %s", k.line, err, k.want)
		}
	}
}

// FuzzScore reads any labels file and scores every line in it as if it had been found in each frame.
func FuzzScore(f *testing.F) {
	f.Add([]byte(`{"file": "a.jpg", "width": 640, "height": 480, "lines": [[[86, 473], [275, 308], [406, 245]]]}`))
	f.Add([]byte(`{"file": "a", "width": 1, "height": 1, "lines": [[[0, 0]], [[0, 0], [0, 0]], [[1, 1e6], [-1e6, -1e6]]]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		frames, err := ReadLabels(strings.NewReader(string(text)))
		if err != nil {
			return
		}
		var tally Tally
		var paint Paint
		var sequence Sequence
		for i := range frames {
			fr := &frames[i]
			var claims Claims
			for k, l := range fr.Lines {
				claims[k%2] = &Claim{Points: l, Extrapolated: make([]bool, k%3), Confidence: float64(k) / 3}
			}
			tally.Add(fr, &claims)
			paint.Add(NewMask(fr.Width%500, fr.Height%500, text), &claims)
			sequence.Add(&claims)
		}
		n, p, s := tally.Numbers(), paint.Numbers(), sequence.Steadiness(640)
		for _, v := range []float64{n.Precision, n.Recall, n.F1, n.Acc, n.Ghosts, p.OnPaint, tally.Reliability.Calibration().ECE} {
			if !(v >= 0 && v <= 1) {
				t.Errorf("%+v %+v", n, p)
			}
		}
		if !(n.MaePx >= 0) || n.Frames != len(frames) || s.Frames != len(frames) || s.Gaps+s.Flashes > s.Frames {
			t.Errorf("%+v %+v", n, s)
		}
	})
}
