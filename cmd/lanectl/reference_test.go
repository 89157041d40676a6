package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanekeeper/evaluation"
	"lanekeeper/score"
)

// record has TestReference write the reference anew: make reference.
var record = flag.Bool("record", false, "write testdata/reference anew")

// references are the methods and sets of which the results are held, each in testdata/reference/NAME.jsonl. Flags may name
// what lies in $LANE_DATA.
var references = []struct {
	name  string
	set   string // in $LANE_DATA
	flags []string
}{
	{"cv-tape", "tracks/tape", []string{"--method", "cv"}},
	{"cv-tusimple", "roads/tusimple", []string{"--method", "cv"}},
	{"cv-tape-masks", "tracks/tape-masks", []string{"--method", "cv"}},
	{"cv-drive", "tracks/tape/drive.mp4", []string{"--method", "cv"}},
	{"dl-tape", "tracks/tape", []string{"--method", "dl", "--model", "$LANE_DATA/models/twinlitenet_192x320.onnx"}},
	{"dl-tusimple", "roads/tusimple", []string{"--method", "dl", "--model", "$LANE_DATA/models/twinlitenet_288x512.onnx"}},
	{"cv+dl-tape", "tracks/tape", []string{"--method", "cv+dl", "--model", "$LANE_DATA/models/twinlitenet_192x320.onnx"}},
	{"cv+dl-tusimple", "roads/tusimple", []string{"--method", "cv+dl", "--model", "$LANE_DATA/models/twinlitenet_288x512.onnx"}},
}

// What may differ from the reference, so that another compiler, processor or build of OpenCV does not.
const (
	mayDifferShare  = 0.01 // F1, precision, recall, acc, ghosts, the share on paint
	mayDifferMaePx  = 0.3
	mayDifferCount  = 2    // gaps, flashes and jumps of a video
	mayDifferPx     = 3.0  // of a line in a row, at a width of 640, in a frame that counts as the same
	mayDifferFrames = 0.02 // share of the frames that are not the same, but at least one
)

// referenceRows are where a line's x is held, as shares of the height.
var referenceRows = [3]float64{0.55, 0.75, 0.95}

// reference is the results of one method on one set. Its file has the numbers on the first line, then one a frame.
type reference struct {
	numbers referenceNumbers
	frames  []referenceFrame
}

type referenceNumbers struct {
	Score    *score.Numbers      `json:"score,omitempty"`
	Paint    *score.PaintNumbers `json:"paint,omitempty"`
	Single   *score.Steadiness   `json:"single,omitempty"`
	Sequence *score.Steadiness   `json:"sequence,omitempty"`
}

type referenceFrame struct {
	File  string         `json:"file"`
	Left  *referenceLine `json:"left"`
	Right *referenceLine `json:"right"`
}

// referenceLine is a line's x in each of referenceRows, null where it does not get there, in px at a width of 640.
type referenceLine [len(referenceRows)]*float64

func newReferenceLine(s *evaluation.Side, width, height int) *referenceLine {
	if !s.Verdict.Claimed() {
		return nil
	}
	var l referenceLine
	for i, share := range referenceRows {
		if x, ok := s.Points.At(share * float64(height)); ok {
			x = round(x*640/float64(width), 10)
			l[i] = &x
		}
	}
	return &l
}

// same says whether two lines are the same within the tolerance.
func (l *referenceLine) same(other *referenceLine) bool {
	if l == nil || other == nil {
		return l == other
	}
	for i, x := range l {
		if y := other[i]; (x == nil) != (y == nil) || x != nil && math.Abs(*x-*y) > mayDifferPx {
			return false
		}
	}
	return true
}

// evaluated runs lanectl eval and keeps what a reference holds.
func evaluated(t *testing.T, args ...string) reference {
	t.Helper()
	var out, stderr bytes.Buffer
	if err := run(t.Context(), append([]string{"eval", "--json"}, args...), &out, &stderr); err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	var report evaluation.Report
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	var r reference
	for _, v := range report.Videos {
		r.numbers.Single, r.numbers.Sequence = &v.Single, &v.Sequence
	}
	for _, s := range report.Sets {
		r.numbers.Score, r.numbers.Paint = s.Score, s.Paint
		for i := range s.Results {
			f := &s.Results[i]
			r.frames = append(r.frames, referenceFrame{
				f.File, newReferenceLine(&f.Left, f.Width, f.Height), newReferenceLine(&f.Right, f.Width, f.Height),
			})
		}
	}
	return r
}

func (r *reference) write(path string) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	if err := enc.Encode(&r.numbers); err != nil {
		return err
	}
	for i := range r.frames {
		if err := enc.Encode(&r.frames[i]); err != nil {
			return err
		}
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

func readReference(path string) (r reference, err error) {
	file, err := os.Open(path)
	if err != nil {
		return r, err
	}
	defer file.Close()
	dec := json.NewDecoder(file)
	if err := dec.Decode(&r.numbers); err != nil {
		return r, fmt.Errorf("%s: %w", path, err)
	}
	for dec.More() {
		var f referenceFrame
		if err := dec.Decode(&f); err != nil {
			return r, fmt.Errorf("%s: %w", path, err)
		}
		r.frames = append(r.frames, f)
	}
	return r, nil
}

// differences lists what is not as in the reference, beyond the tolerances.
func (r *reference) differences(got *reference) (list []string) {
	check := func(name string, want, got, most float64) {
		if !(math.Abs(want-got) <= most+1e-9) {
			list = append(list, fmt.Sprintf("%s %v, was %v", name, got, want))
		}
	}
	a, b := r.numbers, got.numbers
	if (a.Score == nil) != (b.Score == nil) || (a.Paint == nil) != (b.Paint == nil) || (a.Single == nil) != (b.Single == nil) {
		return []string{"of another kind"}
	}
	if a.Score != nil {
		check("frames", float64(a.Score.Frames), float64(b.Score.Frames), 0)
		check("missing", float64(a.Score.Missing), float64(b.Score.Missing), 0)
		check("F1", a.Score.F1, b.Score.F1, mayDifferShare)
		check("precision", a.Score.Precision, b.Score.Precision, mayDifferShare)
		check("recall", a.Score.Recall, b.Score.Recall, mayDifferShare)
		check("acc", a.Score.Acc, b.Score.Acc, mayDifferShare)
		check("ghosts", a.Score.Ghosts, b.Score.Ghosts, mayDifferShare)
		check("mae px", a.Score.MaePx, b.Score.MaePx, mayDifferMaePx)
	}
	if a.Paint != nil {
		check("frames", float64(a.Paint.Frames), float64(b.Paint.Frames), 0)
		check("missing", float64(a.Paint.Missing), float64(b.Paint.Missing), 0)
		check("on paint", a.Paint.OnPaint, b.Paint.OnPaint, mayDifferShare)
	}
	if a.Single != nil {
		for _, k := range []struct {
			name      string
			want, got *score.Steadiness
		}{{"each alone", a.Single, b.Single}, {"in sequence", a.Sequence, b.Sequence}} {
			check(k.name+": frames", float64(k.want.Frames), float64(k.got.Frames), 0)
			check(k.name+": present", float64(k.want.Present), float64(k.got.Present), mayDifferFrames*float64(k.want.Frames))
			check(k.name+": gaps", float64(k.want.Gaps), float64(k.got.Gaps), mayDifferCount)
			check(k.name+": flashes", float64(k.want.Flashes), float64(k.got.Flashes), mayDifferCount)
			check(k.name+": jumps", float64(k.want.Jumps), float64(k.got.Jumps), mayDifferCount)
		}
	}
	changed := r.changed(got)
	if most := int(math.Ceil(mayDifferFrames * float64(len(r.frames)))); len(changed) > most {
		list = append(list, fmt.Sprintf("%d of %d frames are not the same, %d may be: %s",
			len(changed), len(r.frames), most, strings.Join(changed, ", ")))
	}
	return list
}

// changed names the frames that are not the same.
func (r *reference) changed(got *reference) (names []string) {
	now := map[string]*referenceFrame{}
	for i := range got.frames {
		now[got.frames[i].File] = &got.frames[i]
	}
	for i := range r.frames {
		f := &r.frames[i]
		if g := now[f.File]; g == nil || !f.Left.same(g.Left) || !f.Right.same(g.Right) {
			names = append(names, f.File)
		}
	}
	return names
}

// TestReference holds what is found in real pictures, and how good that is, to what was found when the reference was
// recorded. A change of the detector that is meant to find other lines records it anew: make reference.
func TestReference(t *testing.T) {
	data := os.Getenv("LANE_DATA")
	if data == "" {
		t.Skip("LANE_DATA names no folder of pictures")
	}
	for _, k := range references {
		t.Run(k.name, func(t *testing.T) {
			var args []string
			for _, f := range k.flags {
				args = append(args, os.ExpandEnv(f))
			}
			got := evaluated(t, append(args, filepath.Join(data, k.set))...)
			path := filepath.Join("testdata/reference", k.name+".jsonl")
			want, err := readReference(path)
			if *record {
				if err == nil {
					t.Logf("%d of %d frames changed\n  %s\n  %s", len(want.changed(&got)), len(want.frames), want.numbers, got.numbers)
				}
				if err := got.write(path); err != nil {
					t.Fatal(err)
				}
				return
			}
			if err != nil {
				t.Fatalf("%v: make reference records it", err)
			}
			for _, d := range want.differences(&got) {
				t.Error(d)
			}
			if t.Failed() {
				t.Log("if this is meant: make reference")
			}
		})
	}
}

func (n referenceNumbers) String() string {
	text, err := json.Marshal(n)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// TestDifferences shows that a reference can tell.
func TestDifferences(t *testing.T) {
	x := func(v float64) *float64 { return &v }
	make100 := func(moved int, by, f1 float64) *reference {
		r := &reference{numbers: referenceNumbers{Score: &score.Numbers{Frames: 100, F1: f1}}}
		for i := range 100 {
			f := referenceFrame{File: fmt.Sprint(i), Left: &referenceLine{x(10), nil, x(30)}}
			if i < moved {
				f.Left[2] = x(30 + by)
			}
			r.frames = append(r.frames, f)
		}
		return r
	}
	base := make100(0, 0, 0.9)
	for _, k := range []struct {
		got  *reference
		want string
	}{
		{make100(0, 0, 0.9), ""},
		{make100(100, 3, 0.91), ""},
		{make100(2, 4, 0.89), ""},
		{make100(3, 4, 0.9), "3 of 100 frames are not the same, 2 may be: 0, 1, 2"},
		{make100(0, 0, 0.889), "F1 0.889, was 0.9"},
		{&reference{}, "of another kind"},
	} {
		if got := strings.Join(base.differences(k.got), "; "); got != k.want {
			t.Errorf("%q, want %q", got, k.want)
		}
	}
	lacking := make100(0, 0, 0.9)
	lacking.frames[0].Left, lacking.frames[1].Right, lacking.frames[2].Left[1] = nil, &referenceLine{}, x(1)
	lacking.frames = lacking.frames[:99]
	if got := strings.Join(base.changed(lacking), " "); got != "0 1 2 99" {
		t.Errorf("changed: %s", got)
	}
	drive := func(gaps int) *reference {
		return &reference{numbers: referenceNumbers{Single: &score.Steadiness{Frames: 50, Gaps: 5}, Sequence: &score.Steadiness{Frames: 50, Gaps: gaps}}}
	}
	if got := strings.Join(drive(1).differences(drive(4)), "; "); got != "in sequence: gaps 4, was 1" {
		t.Error(got)
	}
}
