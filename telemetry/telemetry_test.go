package telemetry

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"testing"

	"lanekeeper/msg"
)

// keys are those of a value's JSON object, sorted.
func keys(t *testing.T, v any) []string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	var names []string
	for k := range m {
		names = append(names, k)
	}
	slices.Sort(names)
	return names
}

// TestStrictKeys pins what clients of the predecessor unpack: a key more or less breaks them.
func TestStrictKeys(t *testing.T) {
	for name, k := range map[string]struct {
		value any
		want  []string
	}{
		"frame":     {Frame{}, []string{"frame_id", "height", "jpeg_size", "timestamp", "width"}},
		"detection": {Detection{}, []string{"frame_id", "left_lane", "processing_time_ms", "right_lane"}},
		"lane":      {Lane{}, []string{"confidence", "x1", "x2", "y1", "y2"}},
		"state":     {State{}, []string{"brake", "position", "rotation", "speed_kmh", "steering", "throttle"}},
	} {
		if got := keys(t, k.value); !reflect.DeepEqual(got, k.want) {
			t.Errorf("%s: keys %v, want %v", name, got, k.want)
		}
	}
}

// TestUnknownIsNull: what is not known is null, or 0 where the old clients expect a number.
func TestUnknownIsNull(t *testing.T) {
	nan := math.NaN()
	var d msg.Detection
	d.Clear()
	d.OffsetM, d.HeadingRad, d.CurvaturePerM, d.LaneWidthM, d.ProcessingTimeMs = nan, nan, math.Inf(1), nan, nan
	d.Left = msg.Line{Count: msg.MaxPoints + 5, Extrapolated: 0b1011}
	d.Left.Points[1] = msg.Point{X: float32(nan)}
	l := LaneOf(&d)
	if l.OffsetM != nil || l.CurvaturePerM != nil || l.NetworkAgeMs != nil || l.Right != nil {
		t.Errorf("%+v", l)
	}
	if len(l.Left.Points) != msg.MaxPoints-1 || !slices.Equal(l.Left.Extrapolated, []int{0, 2}) {
		t.Errorf("%d points, extrapolated %v", len(l.Left.Points), l.Left.Extrapolated)
	}
	c := msg.Neutral(msg.ModeStandby, msg.ReasonDisarmed)
	c.SpeedMps, c.PositionM = nan, [3]float64{1, 2, nan}
	s := StateOf(&c, 0)
	if s.SpeedKmh != 0 || s.Position != nil {
		t.Errorf("%+v", s)
	}
	for _, v := range []any{l, s, DetectionOf(&d), ControlOf(&c)} {
		if _, err := json.Marshal(v); err != nil {
			t.Error(err)
		}
	}
}

// TestExpired: a command that nobody may act on any more is shown as what the vehicle does, neutral.
func TestExpired(t *testing.T) {
	c := msg.Neutral(msg.ModeActive, msg.ReasonNone)
	c.Throttle, c.SpeedMps, c.ValidUntilNs, c.PositionM = 0.5, 2, 100, [3]float64{1, 2, 3}
	if s := StateOf(&c, 50); s.Throttle != 0.5 || s.SpeedKmh != 7.2 || s.Position == nil {
		t.Errorf("valid: %+v", s)
	}
	if s := StateOf(&c, 101); s.Throttle != 0 || s.SpeedKmh != 7.2 {
		t.Errorf("expired: %+v", s)
	}
}
