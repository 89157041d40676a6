package score

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// record has TestCases write testdata/cases.jsonl anew, with the numbers of score.py.
var record = flag.Bool("record", false, "write testdata anew")

// found is a line of predictions as score.py reads it.
type found struct {
	File  string     `json:"file"`
	Left  *foundLine `json:"left"`
	Right *foundLine `json:"right"`
}

type foundLine struct {
	Points Line `json:"points"`
}

// label is a Frame as a labels file has it.
type label struct {
	File   string `json:"file"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Lines  []Line `json:"lines"`
}

// dataFolder is LANE_DATA; without it, or python3, the test is skipped.
func dataFolder(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("LANE_DATA")
	if dir == "" {
		t.Skip("LANE_DATA names no folder with score.py and labels")
	}
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("no python3 here to run score.py with")
	}
	return dir
}

// jsonLines writes values, one a line.
func jsonLines[T any](t *testing.T, values []T) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	for _, v := range values {
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// scorePy is what score.py says.
func scorePy(t *testing.T, data string, labels, predictions []byte) Numbers {
	t.Helper()
	dir := t.TempDir()
	gt, pred := filepath.Join(dir, "gt.jsonl"), filepath.Join(dir, "pred.jsonl")
	for path, text := range map[string][]byte{gt: labels, pred: predictions} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "python3", filepath.Join(data, "eval/score.py"), gt, pred)
	out, err := cmd.CombinedOutput()
	var n Numbers
	if err != nil || json.Unmarshal(out, &n) != nil {
		t.Fatalf("score.py: %v\n%s", err, out)
	}
	return n
}

// ours is what this package says about the same files.
func ours(t *testing.T, labels []byte, predictions []found) Numbers {
	t.Helper()
	frames, err := ReadLabels(bytes.NewReader(labels))
	if err != nil {
		t.Fatal(err)
	}
	claims := map[string]*Claims{}
	for _, p := range predictions {
		var c Claims
		for side, l := range []*foundLine{p.Left, p.Right} {
			if l != nil {
				c[side] = &Claim{Points: l.Points}
			}
		}
		claims[p.File[strings.LastIndex(p.File, "/")+1:]] = &c
	}
	var tally Tally
	for i := range frames {
		tally.Add(&frames[i], claims[frames[i].File[strings.LastIndex(frames[i].File, "/")+1:]])
	}
	return tally.Numbers()
}

// asLabels gives frames the keys of a labels file.
func asLabels(frames []Frame) []label {
	all := make([]label, len(frames))
	for i, f := range frames {
		all[i] = label(f)
	}
	return all
}

// guess is what a bad detector might claim about frames: the truth displaced, cut, bent, exchanged, invented or left out.
func guess(r *rand.Rand, frames []Frame) []found {
	var all []found
	for i := range frames {
		f := &frames[i]
		p := found{File: f.File}
		for side, to := range []**foundLine{&p.Left, &p.Right} {
			truth := f.Ego()[side]
			if r.IntN(12) == 0 && len(f.Lines) > 0 {
				truth = f.Lines[r.IntN(len(f.Lines))]
			}
			switch r.IntN(14) {
			case 0: // none
			case 1:
				*to = &foundLine{Points: Line{}}
			case 2, 3:
				*to = &foundLine{Points: scribble(r, f.Width, f.Height)}
			default:
				if len(truth) > 0 {
					*to = &foundLine{Points: displace(r, truth, float64(f.Width))}
				}
			}
		}
		if r.IntN(8) == 0 {
			p.File = "some/folder/" + p.File[strings.LastIndex(p.File, "/")+1:]
		}
		if r.IntN(15) != 0 {
			all = append(all, p)
		}
		if r.IntN(30) == 0 {
			all = append(all, found{File: f.File})
		}
	}
	return all
}

// displace moves a line by about the tolerance.
func displace(r *rand.Rand, l Line, width float64) Line {
	out := Line{}
	off, wave := r.NormFloat64()*0.025*width, r.NormFloat64()*0.01*width
	drop := r.IntN(4)
	for i, p := range l {
		if drop == 0 && i > 0 && r.IntN(4) == 0 {
			continue
		}
		out = append(out, [2]float64{p[0] + off + wave*r.NormFloat64(), p[1] + r.NormFloat64()})
	}
	if r.IntN(3) == 0 {
		for i := range out {
			out[i][0] = float64(int(out[i][0]*100)) / 100
			out[i][1] = l[0][1]
		}
	}
	return out
}

// scribble is a line as nobody would draw it, or as anybody would.
func scribble(r *rand.Rand, w, h int) Line {
	n := 1 + r.IntN(8)
	l := make(Line, 0, n)
	whole := r.IntN(2) == 0
	x, y := r.Float64()*float64(w), float64(h)*(0.8+0.3*r.Float64())
	for range n {
		p := [2]float64{x, y}
		if whole {
			p = [2]float64{float64(int(x)), float64(int(y))}
		}
		l = append(l, p)
		switch r.IntN(6) {
		case 0: // the same point, or level with it
			x += float64(r.IntN(2)) * 20
		case 1: // back down, by the tolerated jitter or more
			y += float64(r.IntN(5))
			x += 3
		case 2:
			y -= float64(h) * 0.4 * r.Float64()
		default:
			y -= float64(h) * 0.2 * r.Float64()
			x += float64(w) * 0.2 * r.NormFloat64()
		}
	}
	if r.IntN(4) == 0 {
		for i, k := 0, len(l)-1; i < k; i, k = i+1, k-1 {
			l[i], l[k] = l[k], l[i]
		}
	}
	return l
}

// madeUp is frames with lines that nobody saw.
func madeUp(r *rand.Rand, n int) []Frame {
	sizes := [][2]int{{640, 480}, {800, 600}, {512, 288}, {1279, 719}, {160, 120}, {31, 9}, {7, 3}, {1, 1}, {100, 11}}
	frames := make([]Frame, n)
	for i := range frames {
		s := sizes[r.IntN(len(sizes))]
		name := "made/" + string(rune('a'+i%26)) + strings.Repeat("x", i/26) + ".png"
		frames[i] = Frame{File: name, Width: s[0], Height: s[1], Lines: []Line{}}
		for range r.IntN(5) {
			frames[i].Lines = append(frames[i].Lines, scribble(r, s[0], s[1]))
		}
	}
	return frames
}

// TestEqualsScorePy holds this package equal to score.py, digit by digit, on real labels and made-up ones.
func TestEqualsScorePy(t *testing.T) {
	data := dataFolder(t)
	compare := func(t *testing.T, r *rand.Rand, frames []Frame) Numbers {
		labels, predictions := jsonLines(t, asLabels(frames)), guess(r, frames)
		want := scorePy(t, data, labels, jsonLines(t, predictions))
		if got := ours(t, labels, predictions); got != want {
			t.Errorf("%+v, score.py says %+v", got, want)
		}
		return want
	}
	for _, set := range []string{"tracks/tape", "roads/tusimple"} {
		t.Run(filepath.Base(set), func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(data, set, "labels.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			frames, err := ReadLabels(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if n := compare(t, rand.New(rand.NewPCG(1, 2)), frames); n.F1 < 0.1 || n.F1 > 0.9 || n.Missing == 0 {
				t.Errorf("%+v: too simple a comparison", n)
			}
		})
	}
	t.Run("made up", func(t *testing.T) {
		for seed := range uint64(12) {
			r := rand.New(rand.NewPCG(seed, 3))
			compare(t, r, madeUp(r, 120))
		}
	})
}

// scoredCase is a line of testdata/cases.jsonl: made-up frames, claims about them, and what score.py says to both.
type scoredCase struct {
	Labels      []label `json:"labels"`
	Predictions []found `json:"predictions"`
	Want        Numbers `json:"want"`
}

// TestCases holds the score equal to what score.py said when the cases were recorded, with
//
//	LANE_DATA=… go test ./score -run TestCases -record
func TestCases(t *testing.T) {
	const path = "testdata/cases.jsonl"
	if *record {
		var all []scoredCase
		data := dataFolder(t)
		for seed := range uint64(8) {
			r := rand.New(rand.NewPCG(seed, 4))
			frames := madeUp(r, 12)
			c := scoredCase{Labels: asLabels(frames), Predictions: guess(r, frames)}
			c.Want = scorePy(t, data, jsonLines(t, c.Labels), jsonLines(t, c.Predictions))
			all = append(all, c)
		}
		if err := os.WriteFile(path, jsonLines(t, all), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range bytes.Lines(text) {
		var c scoredCase
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		n++
		if got := ours(t, jsonLines(t, c.Labels), c.Predictions); got != c.Want {
			t.Errorf("case %d: %+v, score.py says %+v", n, got, c.Want)
		}
	}
	if n == 0 {
		t.Error("no cases")
	}
}
