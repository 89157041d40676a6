package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gocv.io/x/gocv"

	"lanekeeper/evaluation"
	"lanekeeper/score"
)

// laneLabels is what is true in drawLane's picture, as a line of a labels file.
func laneLabels(name string, width int) string {
	text, err := json.Marshal(map[string]any{
		"file": name, "width": width, "height": 240, "lines": [][][2]int{{{60, 239}, {140, 50}}, {{260, 239}, {180, 50}}},
	})
	if err != nil {
		panic(err)
	}
	return string(text) + "\n"
}

// labelledSet is a folder with drawLane's picture twice, its labels, and an empty picture in which a line is said to be.
func labelledSet(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), `a set & <b>`)
	m := drawLane(t)
	blank := gocv.NewMatWithSize(240, 320, gocv.MatTypeCV8UC3)
	defer blank.Close()
	write(t, filepath.Join(dir, "labels.jsonl"), []byte(laneLabels("a.png", 320)+laneLabels("b.jpg", 320)+laneLabels("<i>.png", 320)))
	for name, picture := range map[string]gocv.Mat{"images/a.png": m, "b.jpg": m, "images/<i>.png": blank} {
		write(t, filepath.Join(dir, name), nil)
		if !gocv.IMWrite(filepath.Join(dir, name), picture) {
			t.Fatalf("writing %s", name)
		}
	}
	return dir
}

func evalRun(args ...string) (stdout, stderr string, code int) {
	var o, e bytes.Buffer
	code = exitCode(run(context.Background(), append([]string{"eval"}, args...), &o, &e), &e)
	return o.String(), e.String(), code
}

func evalJSON(t *testing.T, args ...string) (r evaluation.Report, stderr string, code int) {
	t.Helper()
	out, stderr, code := evalRun(append([]string{"--json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, stderr)
	}
	return r, stderr, code
}

func TestEvalLabels(t *testing.T) {
	r, stderr, code := evalJSON(t, labelledSet(t))
	if code != 0 || stderr != "" || len(r.Sets) != 1 || r.Method != "cv" {
		t.Fatalf("code %d, %+v, %s", code, r, stderr)
	}
	s := r.Sets[0]
	if s.Score.Frames != 3 || s.Score.Precision != 1 || s.Score.Recall != 0.6667 || s.Score.Ghosts != 0 || s.Score.MaePx > 6 ||
		s.Calibration.Claims != 4 || s.TimeMs.P50 <= 0 || s.TimeMs.P99 < s.TimeMs.P50 {
		t.Errorf("%+v %+v %+v", *s.Score, s.Calibration, s.TimeMs)
	}
	for i, want := range []score.Verdict{score.Hit, score.Hit, score.Missed} {
		if f := s.Results[i]; f.Left.Verdict != want || f.Right.Verdict != want || f.Width != 320 || f.Height != 240 {
			t.Errorf("%+v, want %s", f, want)
		}
	}
}

// TestEvalSequence holds that a set taken as a sequence carries lines on into a picture without, and one of single pictures
// does not.
func TestEvalSequence(t *testing.T) {
	r, _, code := evalJSON(t, "--sequence", labelledSet(t))
	if s := r.Sets[0]; code != 0 || !r.Sequence || s.Results[2].Left.Verdict != score.Hit || s.Score.Recall != 1 {
		t.Errorf("code %d, %+v", code, s.Results[2].Left)
	}
}

func TestEvalMasks(t *testing.T) {
	dir := t.TempDir()
	m := drawLane(t)
	write(t, filepath.Join(dir, "images/a.png"), nil)
	write(t, filepath.Join(dir, "lanes/a.png"), nil)
	mask := gocv.NewMatWithSize(240, 320, gocv.MatTypeCV8UC1)
	defer mask.Close()
	for row := range 190 { // the left line alone
		mask.SetUCharAt(239-row, 60+row*80/189, 255)
	}
	if !gocv.IMWrite(filepath.Join(dir, "images/a.png"), m) || !gocv.IMWrite(filepath.Join(dir, "lanes/a.png"), mask) {
		t.Fatal("writing a set with masks")
	}
	page := filepath.Join(dir, "report.html")
	r, stderr, code := evalJSON(t, "--report", page, dir)
	if s := r.Sets[0]; code != 0 || s.Kind != evaluation.Masks || s.Paint.Judged != 2 || s.Paint.OnPaint != 0.5 ||
		s.Results[0].Left.Verdict != score.Hit || s.Results[0].Right.Verdict != score.Wrong {
		t.Errorf("code %d, %s: %+v", code, stderr, s)
	}
	if text, err := os.ReadFile(page); err != nil || strings.Count(string(text), "data:image/jpeg;base64,") != 1 {
		t.Errorf("%v: one picture expected in the report", err)
	}
}

func TestEvalReport(t *testing.T) {
	dir := labelledSet(t)
	page := filepath.Join(t.TempDir(), "out.html")
	write(t, page, []byte("old"))
	out, stderr, code := evalRun("--report", page, "--worst", "5", dir, dir)
	if code != 0 || stderr != "" || strings.Count(out, "\n") != 3 || !strings.Contains(out, "0.6667") {
		t.Errorf("code %d, %s\n%s", code, stderr, out)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "data:image/jpeg;base64,"); n != 2 {
		t.Errorf("%d pictures in the report, want one for each set", n)
	}
	if !strings.Contains(string(text), "&lt;i&gt;.png") || strings.Contains(string(text), "<i>.png") {
		t.Error("a picture's name is not escaped")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(page), ".*")); len(left) != 0 {
		t.Errorf("%v left over", left)
	}
}

// TestEvalLostPictures holds that pictures that cannot be looked at are named and count as missing, and the others still count.
func TestEvalLostPictures(t *testing.T) {
	dir := labelledSet(t)
	picture, err := os.ReadFile(filepath.Join(dir, "images/a.png"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "images/cut.png"), picture[:len(picture)/2])
	write(t, filepath.Join(dir, "images/size.png"), picture)
	write(t, filepath.Join(dir, "labels.jsonl"), []byte(
		laneLabels("a.png", 320)+laneLabels("cut.png", 320)+laneLabels("size.png", 640)+laneLabels("gone.png", 320)))
	r, stderr, code := evalJSON(t, dir)
	n := r.Sets[0].Score
	// At twice the width both lines of size.png are on the left, so that it has one side.
	if code != 1 || n.Frames != 4 || n.Missing != 3 || n.Sides != 7 || n.Recall != 0.2857 || n.Precision != 1 {
		t.Errorf("code %d, %+v", code, *n)
	}
	for _, want := range []string{
		"cut.png: damaged or cut short", "size.png: the picture has 320×240 px, its labels are for 640×240",
		"gone.png: the picture is neither in the set's folder nor in images in it", "3 of 4 pictures could not be looked at",
	} {
		if !strings.Contains(stderr, want) {
			t.Errorf("no %q in\n%s", want, stderr)
		}
	}
}

func TestEvalErrors(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	write(t, path("twice/labels.jsonl"), []byte(laneLabels("a.png", 320)+laneLabels("b/a.png", 320)))
	write(t, path("text.mp4"), []byte("no video"))
	m := drawLane(t)
	if !gocv.IMWrite(path("one.png"), m) {
		t.Fatal("writing a picture")
	}
	if err := os.Mkdir(path("empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	good := labelledSet(t)
	for _, k := range []struct {
		args []string
		code int
		want string
	}{
		{nil, 2, "eval: no folder and no video given"},
		{[]string{"--worst", "101", good}, 2, "eval: --worst 101: 0 to 100 expected"},
		{[]string{"--method", "magic", good}, 2, "one of cv, dl, cv+dl expected"},
		{[]string{"--config", path("no.yaml"), good}, 1, "reading the configuration"},
		{[]string{path("missing")}, 1, "missing: no such file or directory"},
		{[]string{path("empty")}, 1, "neither a labels.jsonl nor the folders images and lanes in it, but nothing at all"},
		{[]string{path("twice")}, 1, `line 2: "a.png" has its labels on line 1 already`},
		{[]string{path("text.mp4")}, 1, "text.mp4: neither an image nor a video"},
		{[]string{path("one.png")}, 1, "one.png: a picture alone; a folder of them with labels, or a video, expected"},
		{[]string{path("empty"), good}, 1, "1 of 2 arguments failed"},
		{[]string{"--report", path("no/out.html"), good}, 1, "writing the report: open "},
		{[]string{"--report", dir, good}, 1, "not a regular file"},
		{[]string{"--report", "/dev/full", good}, 1, "/dev/full: not a regular file"},
	} {
		out, stderr, code := evalRun(k.args...)
		if code != k.code || !strings.Contains(stderr, k.want) {
			t.Errorf("%v: code %d, want %d with %q in\n%s", k.args, code, k.code, k.want, stderr)
		}
		if ran := len(k.args) > 0 && k.args[0] == path("empty") && len(k.args) == 2; ran != (out != "") {
			t.Errorf("%v: printed %q", k.args, out)
		}
	}
}

// TestEvalVideo holds that a line that is covered for a frame is a gap with each frame alone, and none in sequence.
func TestEvalVideo(t *testing.T) {
	clip := filepath.Join(t.TempDir(), "clip.avi")
	out, err := gocv.VideoWriterFile(clip, "MJPG", 20, 320, 240, true)
	if err != nil {
		t.Fatal(err)
	}
	lane, blank := drawLane(t), gocv.NewMatWithSizeFromScalar(gocv.NewScalar(60, 60, 60, 0), 240, 320, gocv.MatTypeCV8UC3)
	defer blank.Close()
	for i := range 12 {
		m := lane
		if i == 6 {
			m = blank
		}
		if err := out.Write(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	r, stderr, code := evalJSON(t, clip)
	if code != 0 || len(r.Videos) != 1 {
		t.Fatalf("code %d, %s", code, stderr)
	}
	v := r.Videos[0]
	if want := (score.Steadiness{Frames: 12, Present: 22, Gaps: 2, Absent: 2}); v.Single != want {
		t.Errorf("each alone: %+v, want %+v", v.Single, want)
	}
	if want := (score.Steadiness{Frames: 12, Present: 24}); v.Sequence != want || v.Width != 320 || v.SequenceMs.P50 <= 0 {
		t.Errorf("in sequence: %+v, want %+v", v.Sequence, want)
	}
	if text, _, code := evalRun(clip); code != 0 || !strings.Contains(text, "clip.avi: 12 frames\n") {
		t.Errorf("code %d: %s", code, text)
	}
}

// TestEvalEqualsScorePy holds the command to what score.py says about the lines that lanectl detect --json prints.
func TestEvalEqualsScorePy(t *testing.T) {
	data := os.Getenv("LANE_DATA")
	if data == "" {
		t.Skip("LANE_DATA names no folder with score.py and pictures")
	}
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("no python3 here to run score.py with")
	}
	for _, name := range []string{"tracks/tape", "roads/tusimple"} {
		set := filepath.Join(data, name)
		lines, stderr, code := detectLines("--json", filepath.Join(set, "images"))
		if code != 0 {
			t.Fatal(stderr)
		}
		pred := filepath.Join(t.TempDir(), "pred.jsonl")
		write(t, pred, []byte(strings.Join(lines, "\n")))
		out, err := exec.CommandContext(t.Context(), "python3", filepath.Join(data, "eval/score.py"), filepath.Join(set, "labels.jsonl"), pred).Output()
		var want score.Numbers
		if err != nil || json.Unmarshal(out, &want) != nil {
			t.Fatalf("score.py: %v: %s", err, out)
		}
		r, _, _ := evalJSON(t, set)
		if got := *r.Sets[0].Score; got != want {
			t.Errorf("%s: %+v, score.py says %+v", name, got, want)
		}
	}
}
