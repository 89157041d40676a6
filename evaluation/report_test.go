package evaluation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lanekeeper/score"
)

// report is one of everything.
func report(t *testing.T) *Report {
	t.Helper()
	set := labelled(t)
	set.Set = "sets/<b>tape"
	set.Results[4].File = `<script>alert("x")</script>.jpg`
	set.Results[8].Error = "<i>"
	paint := &SetResult{Set: "masks", Kind: Masks, Paint: &score.PaintNumbers{Frames: 3, Claimed: 2, Judged: 2, OnPaint: 0.5}}
	return &Report{Method: "cv", Sets: []*SetResult{set, paint}, Videos: []*VideoResult{{
		Video: "drive.mp4", Width: 640, Height: 480,
		Single:   score.Steadiness{Frames: 9, Present: 12, Gaps: 3, Flashes: 2, Jumps: 1},
		Sequence: score.Steadiness{Frames: 9, Present: 18},
	}}}
}

func TestTable(t *testing.T) {
	var b strings.Builder
	if err := report(t).Table(&b); err != nil {
		t.Fatal(err)
	}
	want := `
  frames  missing  precision  recall      F1  ghosts     acc  mae px     ECE  p50 ms  p99 ms  mean ms set
      10        5     0.4000  0.2000  0.2667   0.100  0.2000   25.00  0.4400    2.00    2.00     2.00 sets/<b>tape
       3        0     0.5000       -       -       -       -       -  0.0000    0.00    0.00     0.00 masks

drive.mp4: 9 frames
  each alone  in sequence of the lines of both sides
          12           18 frames with it
           3            0 gaps of one or two frames
           2            0 flashes of one or two frames
           1            0 jumps for one or two frames and back
        0.00         0.00 ms a frame, p50
        0.00         0.00 ms a frame, p99
`
	if got := "\n" + b.String(); got != want {
		t.Errorf("%s\nwant%s", got, want)
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := report(t).JSON(&b); err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || len(back.Sets) != 2 || back.Sets[0].Score.F1 != 0.2667 || len(back.Sets[0].Results) != 10 {
		t.Errorf("%v: %s", err, b.String())
	}
	for _, want := range []string{`"left":{"verdict":"hit","confidence":0.9,"rows":48,"within":48,"mae_px":0,"points":[[200,479],[200,200]]}`, `"right":{"verdict":"nothing"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in %s", want, b.String())
		}
	}
}

func TestHTML(t *testing.T) {
	var b bytes.Buffer
	drawn := []int{}
	err := report(t).HTML(&b, 3, func(_ *SetResult, i int) ([]byte, error) {
		drawn = append(drawn, i)
		return []byte("picture"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{
		`&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;.jpg`, `<h2>&lt;b&gt;tape</h2>`, `data:image/jpeg;base64,cGljdHVyZQ==`,
		"The worst 3 of 4 that went wrong", "wrong, with confidence 0.80: within 16 px of the drawn line in 0 of 48 rows, 50 px off on average",
		"ghost, with confidence 0.80: no line is drawn on this side", "&lt;i&gt;", "5 of which could not be looked at", "<td>12</td><td>18</td>",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in the page", want)
		}
	}
	if !slices.Equal(drawn, []int{4, 2, 1}) {
		t.Errorf("pictures of %v", drawn)
	}
	for _, outside := range []string{"<script", "http:", "https:", "url(", "<link", "@import", "ZgotmplZ"} {
		if strings.Contains(page, outside) {
			t.Errorf("%s in the page", outside)
		}
	}
	failed := errors.New("no such picture")
	err = report(t).HTML(&b, 3, func(*SetResult, int) ([]byte, error) { return nil, failed })
	if !errors.Is(err, failed) {
		t.Errorf("%v", err)
	}
}

// TestDiagram holds where a bar and its dot are drawn.
func TestDiagram(t *testing.T) {
	d := newDiagram([]score.Bin{{From: 0, To: 0.1}, {From: 0.5, To: 0.6, Count: 40, Confidence: 0.55, HitShare: 0.75}, {From: 0.9, To: 1, Count: 9, Confidence: 0.95, HitShare: 1}})
	if len(d.Bars) != 2 || d.Bars[0].Faint || !d.Bars[1].Faint {
		t.Fatalf("%+v", d)
	}
	b := d.Bars[0]
	if got := fmt.Sprintf("%.0f %.0f %.0f %.0f, %.0f %.0f", b.X, b.Y, b.Width, b.Height, b.DotX, b.DotY); got != "101 50 18 150, 110 90" {
		t.Error(got)
	}
	if b.Title != "40 claims of confidence 0.5 to 0.6, 0.55 on average: 75 % are hits" {
		t.Error(b.Title)
	}
}
