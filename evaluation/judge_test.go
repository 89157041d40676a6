package evaluation

import (
	"context"
	"errors"
	"image"
	"image/draw"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lanekeeper/score"
)

// at is a finding with an upright line for each column, left and right; 0 is none.
func at(left, right, confidence float64) Finding {
	f := Finding{Width: 640, Height: 480, Ms: 2}
	for side, x := range []float64{left, right} {
		if x > 0 {
			f.Claims[side] = &score.Claim{Points: score.Line{{x, 479}, {x, 200}}, Confidence: confidence}
		}
	}
	return f
}

// looks is a Look that knows what is to be found in each picture.
func looks(found map[string]Finding) Look {
	return func(path string) (Finding, error) {
		f, ok := found[filepath.Base(path)]
		if !ok {
			return f, errors.New("not an image")
		}
		return f, nil
	}
}

// labelled evaluates what a made-up detector finds in a set with drawn lines.
func labelled(t *testing.T) *SetResult {
	t.Helper()
	small, nan, sure := at(200, 0, 1), at(math.NaN(), 0, 1), at(200, 0, 1.5)
	small.Width = 320
	nan.Claims[score.Left] = &score.Claim{Points: score.Line{{math.NaN(), 1}}}
	found := map[string]Finding{
		"hit": at(200, 0, 0.9), "ghost": at(200, 500, 0.8), "wrong": at(250, 0, 0.7), "wronger": at(250, 0, 0.8), "missed": at(0, 0, 0),
		"small": small, "nan": nan, "sure": sure,
	}
	dir := t.TempDir()
	names := []string{"hit", "ghost", "wrong", "missed", "wronger", "small", "nan", "sure", "damaged", "gone"}
	write(t, filepath.Join(dir, "labels.jsonl"), labels(names...))
	for _, n := range names[:len(names)-1] {
		write(t, filepath.Join(dir, n), "")
	}
	set, err := OpenSet(dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), set, looks(found))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRunLabels(t *testing.T) {
	r := labelled(t)
	want := score.Numbers{Frames: 10, Missing: 5, Sides: 10, Precision: 0.4, Recall: 0.2, F1: 0.2667, Acc: 0.2, Ghosts: 0.1, MaePx: 25}
	if *r.Score != want || r.Paint != nil || r.Failed() != 5 || r.Calibration.Claims != 5 || r.TimeMs != (Times{2, 2, 2}) {
		t.Errorf("%+v, %d failed, %+v, %+v, want %+v", *r.Score, r.Failed(), r.Calibration, r.TimeMs, want)
	}
	for i, want := range map[int]string{
		5: "the picture has 320×480 px, its labels are for 640×480",
		6: "a line with a point that is not a number of at most 1e+06",
		7: "a line with confidence 1.5: 0 to 1 expected",
		8: "not an image",
		9: "the picture is neither in the set's folder nor in images in it",
	} {
		if got := r.Results[i]; got.Error != want || got.Left.Verdict != score.Missed || len(got.Left.Points) != 0 {
			t.Errorf("%+v, want %q", got, want)
		}
	}
	if got := r.Worst(9); !slices.Equal(got, []int{4, 2, 1, 3}) {
		t.Errorf("worst %v, want wronger, wrong, ghost, missed", got)
	}
	if got := r.Worst(1); !slices.Equal(got, []int{4}) || len(r.Worst(0)) != 0 || len(r.Worst(-1)) != 0 {
		t.Errorf("worst %v, want wronger", got)
	}
}

func TestRunMasks(t *testing.T) {
	dir := t.TempDir()
	size := image.Rect(0, 0, 640, 480)
	for name, m := range map[string]draw.Image{"on": image.NewGray(size), "off": image.NewNRGBA(size), "small": image.NewGray(image.Rect(0, 0, 320, 240))} {
		write(t, filepath.Join(dir, "images", name+".jpg"), "")
		writeMask(t, filepath.Join(dir, "lanes", name+".png"), m)
	}
	write(t, filepath.Join(dir, "images/text.jpg"), "")
	write(t, filepath.Join(dir, "lanes/text.png"), "no picture")
	set, err := OpenSet(dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), set, looks(map[string]Finding{
		"on.jpg": at(210, 0, 0.9), "off.jpg": at(210, 300, 0.9), "small.jpg": at(210, 0, 1), "text.jpg": at(210, 0, 1),
	}))
	if err != nil {
		t.Fatal(err)
	}
	if want := (score.PaintNumbers{Frames: 4, Missing: 2, Claimed: 3, Judged: 3, OnPaint: 0.6667}); r.Score != nil || *r.Paint != want {
		t.Errorf("%+v, want %+v", *r.Paint, want)
	}
	if e := r.Results[2].Error; e != "the picture has 640×480 px, its mask 320×240" {
		t.Errorf("%q", e)
	}
	if e := r.Results[3].Error; !strings.HasPrefix(e, "reading a mask: ") || !strings.Contains(e, "text.png") {
		t.Errorf("%q", e)
	}
	if w := r.Worst(5); !slices.Equal(w, []int{0}) {
		t.Errorf("worst %v, want the one with a line off the paint", w)
	}
}

func TestRunStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := Run(ctx, &Set{Items: make([]Item, 1)}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestTimes(t *testing.T) {
	var ms []float64
	for i := range 200 {
		ms = append(ms, float64(200-i))
	}
	if got := TimesOf(ms); got != (Times{P50: 100, P99: 198, Mean: 100.5}) {
		t.Errorf("%+v", got)
	}
	if got := TimesOf([]float64{3, 1, 2}); got != (Times{P50: 2, P99: 3, Mean: 2}) {
		t.Errorf("%+v", got)
	}
	if got := TimesOf(nil); got != (Times{}) {
		t.Errorf("%+v", got)
	}
}
