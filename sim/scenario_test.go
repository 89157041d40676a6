package sim

import (
	"slices"
	"strings"
	"testing"

	"lanekeeper/msg"
)

func TestBuiltInScenarios(t *testing.T) {
	if got := strings.Join(Names(), " "); got != "highway night road tape worn" {
		t.Errorf("names: %s", got)
	}
	if !slices.Contains(Names(), DefaultScenario) {
		t.Errorf("the default, %s, is not among them", DefaultScenario)
	}
	for _, name := range Names() {
		s, err := Load(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if s.Name != name || s.Description == "" {
			t.Errorf("scenario %s calls itself %q, %q", name, s.Name, s.Description)
		}
	}
}

func TestLoadUnknown(t *testing.T) {
	for name, want := range map[string]string{
		"rode":             `scenario "rode": not built in; there are highway, night, road, tape, worn, or give the path of a .yaml file`,
		"/nowhere/me.yaml": "reading a scenario: open /nowhere/me.yaml: no such file or directory",
	} {
		if _, err := Load(name); err == nil || err.Error() != want {
			t.Errorf("%s:\n got %v\nwant %s", name, err, want)
		}
	}
}

func TestScenarioErrors(t *testing.T) {
	text, err := builtin.ReadFile("scenarios/tape.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct{ name, old, new, want string }{
		{"unknown key", "seed: 3", "sed: 3", "line 5: sed: unknown key; there are name, description, seed, course, lane, surface, camera, " +
			"vehicle, light, noise_sigma"},
		{"unknown key in a list", "{kind: straight, length_m: 0.8}", "{kind: straight, lenght_m: 0.8}",
			"line 11: course.segments[2].lenght_m: unknown key; there are kind, length_m, turn_deg, radius_m, transition_m"},
		{"wrong type", "fps: 60", "fps: fast", "yaml: unmarshal errors:\n  line 22: cannot unmarshal !!str `fast` into float64"},
		{"no number", "noise_sigma: 2.5", "noise_sigma: .nan", "line 38: noise_sigma: NaN is out of range, 0…8 allowed"},
		{"out of range", "max_steer_rad: 0.45", "max_steer_rad: 45", "line 28: vehicle.max_steer_rad: 45 is out of range, 0.05…1.2 allowed"},
		{"unknown word", "colour: white", "colour: blue", `line 18: lane.markings[0].colour: "blue" is unknown; one of white, yellow expected`},
		{"missing", "name: tape", "seed: 1", "mapping key \"seed\" already defined"},
		{"open loop", "turn_deg: 150", "turn_deg: 149", "line 8: course.segments: the bends turn by 179° in all; repeated 2 times they close only at 180°"},
		{"bend with a length", "{kind: bend, turn_deg: 90,", "{kind: bend, length_m: 1, turn_deg: 90,",
			"line 10: course.segments[1].length_m: a bend has turn_deg, radius_m and transition_m; its length follows"},
		{"transition too long", "radius_m: 1.1, transition_m: 0.4", "radius_m: 1.1, transition_m: 1.4",
			"line 12: course.segments[3].transition_m: 1.4 is out of range, 0…1.152 allowed (the bend's turn times its radius)"},
		{"no right line", "offset_m: -0.18", "offset_m: -0.19",
			"line 17: lane.markings: one at offset_m 0.18 and one at -0.18 expected: the lane's own lines"},
		{"line in the lane", "offset_m: 0.54", "offset_m: 0.1",
			"line 20: lane.markings[2].offset_m: 0.1 lies inside the lane, which reaches to 0.18"},
		{"dash without gap", "dash_m: 0.15, gap_m: 0.12", "dash_m: 0.15",
			"line 18: lane.markings[0].gap_m: dash_m and gap_m go together; neither is a solid line"},
		{"too wide", "  width_m: 0.16", "  width_m: 0.5", "line 25: vehicle.width_m: 0.5 does not fit into the lane, which is 0.36 wide"},
		{"tighter than the paint", "radius_m: 1.4", "radius_m: 0.5",
			"line 8: course.segments: a radius of 0.5 m at 2.97 m is tighter than the paint, which reaches 0.552 m to the side"},
		{"lap too long", "length_m: 2.5", "length_m: 1000",
			"line 8: course.segments: a lap of 2017.99 m is too long, at most 1800 m (5000 lane widths) allowed"},
		{"cast of two", "cast: [1, 0.98, 1.06]", "cast: [1, 0.98]", "line 37: light.cast: 2 numbers, three expected: red, green, blue"},
	} {
		if strings.Count(string(text), k.old) < 1 {
			t.Fatalf("%s: %q is not in the scenario", k.name, k.old)
		}
		_, err := Parse("x", []byte(strings.Replace(string(text), k.old, k.new, 1)))
		if err == nil || !strings.HasPrefix(err.Error(), "scenario x: ") || !strings.Contains(err.Error(), k.want) {
			t.Errorf("%s:\n got %v\nwant scenario x: %s", k.name, err, k.want)
		}
	}
	if _, err := Parse("x", nil); err == nil || err.Error() != "scenario x: empty" {
		t.Errorf("nothing: %v", err)
	}
}

func TestCourseThatCrossesItself(t *testing.T) {
	s, err := Load("road")
	if err != nil {
		t.Fatal(err)
	}
	s.Course.Segments = []Segment{
		{Kind: "straight", LengthM: 100},
		{Kind: "bend", TurnDeg: 270, RadiusM: 30},
		{Kind: "straight", LengthM: 100},
		{Kind: "bend", TurnDeg: -90, RadiusM: 30},
	}
	if err := s.Validate(); err == nil || !strings.Contains(err.Error(), "course.segments: the course comes within") {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range Names() {
		text, err := builtin.ReadFile("scenarios/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if s, err := Parse("x", text); err == nil {
			if _, err := NewCourse(&s.Course, s.Lane.WidthM); err != nil {
				t.Errorf("a valid scenario without a course: %v", err)
			}
		}
	})
}

// TestCameraID is alike for one scenario's frames, and another for another mounting.
func TestCameraID(t *testing.T) {
	s, err := Load(DefaultScenario)
	if err != nil {
		t.Fatal(err)
	}
	id := s.Frame(msg.RGB24).CameraID
	if id == 0 || s.Frame(msg.Gray8).CameraID != id {
		t.Errorf("%#x and %#x", id, s.Frame(msg.Gray8).CameraID)
	}
	if s.Camera.PitchDeg++; s.Frame(msg.RGB24).CameraID == id {
		t.Error("a camera that looks elsewhere has the same ID")
	}
}
