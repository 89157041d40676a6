package e2e

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"strconv"
	"testing"
)

// step is a line of a drive's trace: what the vehicle was made to do until a frame, and where that left it.
type step struct {
	frameID                   int64
	timeS                     float64
	progressM, offsetM        float64
	speedMps                  float64
	steering, throttle, brake float64
}

// neutral tells that the vehicle was not driven.
func (s *step) neutral() bool { return s.steering == 0 && s.throttle == 0 }

// readTrace reads the trace that lane-sim has left.
func readTrace(t *testing.T, path string) []step {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	steps := make([]step, 0, len(rows))
	for i, row := range rows[1:] {
		number := func(name string) float64 {
			at, ok := column[name]
			if !ok {
				t.Fatalf("the trace has no column %s", name)
			}
			v, err := strconv.ParseFloat(row[at], 64)
			if err != nil {
				t.Fatalf("line %d of the trace: %s: %v", i+2, name, err)
			}
			return v
		}
		steps = append(steps, step{
			frameID: int64(number("frame_id")), timeS: number("time_s"), progressM: number("progress_m"), offsetM: number("offset_m"),
			speedMps: number("speed_mps"), steering: number("steering"), throttle: number("throttle"), brake: number("brake"),
		})
	}
	if len(steps) == 0 {
		t.Fatal("the trace is empty")
	}
	return steps
}

// summary is the report of a drive, and the detail of lane-sim's /status.
type summary struct {
	FrameID         int64   `json:"frame_id"`
	FramesPublished uint64  `json:"frames_published"`
	TimeS           float64 `json:"time_s"`
	SpeedMps        float64 `json:"speed_mps"`
	ProgressM       float64 `json:"progress_m"`
	DistanceM       float64 `json:"distance_m"`
	Departures      int     `json:"departures"`
	MaxOffsetM      float64 `json:"max_offset_m"`
	RMSOffsetM      float64 `json:"rms_offset_m"`
}

// readReport reads the report that lane-sim has left.
func readReport(t *testing.T, path string) summary {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var s summary
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatalf("reading the report: %v\n%s", err, text)
	}
	return s
}
