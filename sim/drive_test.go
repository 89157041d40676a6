package sim

import (
	"math"
	"testing"

	"lanekeeper/msg"
)

// pursue steers towards the point of the lane aheadM ahead, offsetM left of its centre (pure pursuit: Coulter, 1992).
func pursue(w *World, offsetM float64) float64 {
	v := &w.Scenario().Vehicle
	ahead := max(2*v.WheelbaseM, 0.6*w.SpeedMps())
	q, p := w.Course().At(w.Truth().CourseM+ahead), w.Pose()
	dx := q.XM - offsetM*math.Sin(q.HeadingRad) - p.XM
	dy := q.YM + offsetM*math.Cos(q.HeadingRad) - p.YM
	left := dy*math.Cos(p.HeadingRad) - dx*math.Sin(p.HeadingRad)
	return -math.Atan(2*left/(dx*dx+dy*dy)*v.WheelbaseM) / v.MaxSteerRad
}

// drive follows the lane offsetM left of its centre until the vehicle has gone metres along the course.
func drive(t *testing.T, w *World, metres, offsetM float64) {
	t.Helper()
	start := w.Truth().ProgressM
	for range 200_000 {
		if w.Truth().ProgressM >= start+metres {
			return
		}
		w.Step(frameTime, pursue(w, offsetM), w.Scenario().Vehicle.CruiseThrottle(), 0)
	}
	t.Fatalf("got only %v m along the course", w.Truth().ProgressM-start)
}

func TestEveryCourseCanBeDriven(t *testing.T) {
	for _, name := range Names() {
		w := newWorld(t, name)
		lap := w.Course().LengthM
		drive(t, w, 2*lap, 0)
		got := w.Truth()
		if got.Departures != 0 || got.Departure != msg.DepartureNone {
			t.Errorf("%s: %d departures", name, got.Departures)
		}
		if got.MaxOffsetM > 0.08*got.LaneWidthM || got.RMSOffsetM > 0.04*got.LaneWidthM || got.RMSOffsetM == 0 {
			t.Errorf("%s: offset %v m at most, %v m RMS", name, got.MaxOffsetM, got.RMSOffsetM)
		}
		near(t, name+" distance", got.DistanceM/got.ProgressM, 1, 0.005)
		near(t, name+" place on the lap", got.CourseM, got.ProgressM-2*lap, 1e-6)
		near(t, name+" speed", got.SpeedMps, w.Scenario().Vehicle.CruiseSpeedMps, 0.01)
	}
}

func TestDeparturesAreCountedOnce(t *testing.T) {
	for _, k := range []struct {
		offset float64
		want   msg.Departure
	}{{1.6, msg.DepartureLeft}, {-1.6, msg.DepartureRight}} {
		w := newWorld(t, "road")
		drive(t, w, 40, 0)
		for excursion := 1; excursion <= 2; excursion++ {
			drive(t, w, 40, k.offset)
			if got := w.Truth(); got.Departures != excursion || got.Departure != k.want {
				t.Errorf("excursion %d to %v m: %d departures, now %v", excursion, k.offset, got.Departures, got.Departure)
			}
			drive(t, w, 40, 0)
			if got := w.Truth(); got.Departures != excursion || got.Departure != msg.DepartureNone {
				t.Errorf("back from %v m: %d departures, now %v", k.offset, got.Departures, got.Departure)
			}
		}
	}
}

// The road's lane is 3.5 m wide and the car 1.8 m: straight ahead it crosses a line 0.85 m off the centre, and has
// returned once it is 0.07 m further in than that.
func TestDepartureBounds(t *testing.T) {
	w := newWorld(t, "road")
	for _, k := range []struct {
		offset, heading float64
		want            msg.Departure
	}{
		{0.84, 0, msg.DepartureNone},
		{0.86, 0, msg.DepartureLeft},
		{-0.84, 0, msg.DepartureNone},
		{-0.86, 0, msg.DepartureRight},
		{0, 0.23, msg.DepartureNone}, // the front corner is 3.6·sin + 0.9·cos to the left: 1.697
		{0, 0.26, msg.DepartureLeft}, // 1.795
		{0, -0.26, msg.DepartureRight},
	} {
		w.Place(20, k.offset, k.heading)
		if got := w.Truth(); got.Departure != k.want || (got.Departures == 1) != (k.want != msg.DepartureNone) {
			t.Errorf("%v m, %v rad: %v, %d departures, want %v", k.offset, k.heading, got.Departure, got.Departures, k.want)
		}
		near(t, "offset", w.Truth().OffsetM, k.offset, 1e-9)
		near(t, "heading", w.Truth().HeadingRad, k.heading, 1e-9)
	}
	for offset, want := range map[float64]msg.Departure{0.80: msg.DepartureLeft, 0.77: msg.DepartureNone} {
		w.Place(20, 0.9, 0)
		near(t, "half the step back", 0.85-0.07, 0.78, 1e-12)
		w.vehicle.Pose.YM = offset // the course starts along the x axis
		w.judge.see(&w.vehicle, 0)
		if got := w.Truth(); got.Departure != want || got.Departures != 1 {
			t.Errorf("back to %v m: %v, %d departures, want %v, 1", offset, got.Departure, got.Departures, want)
		}
	}
}

func TestCoastingStops(t *testing.T) {
	for _, name := range Names() {
		coast, brake := newWorld(t, name), newWorld(t, name)
		for _, w := range []*World{coast, brake} {
			w.vehicle.SpeedMps = w.Scenario().Vehicle.CruiseSpeedMps
		}
		seconds := func(w *World, brake float64) float64 {
			for w.SpeedMps() > 0 && w.Truth().TimeS < 60 {
				w.Step(frameTime, 0, 0, brake)
			}
			return w.Truth().TimeS
		}
		v := coast.Scenario().Vehicle
		slow, fast := seconds(coast, 0), seconds(brake, 1)
		near(t, name+" coasting", slow, v.CruiseSpeedMps/v.CoastMps2, 0.02)
		near(t, name+" braking", fast, v.CruiseSpeedMps/(v.CoastMps2+v.BrakeMps2), 0.02)
		if slow > 8 {
			t.Errorf("%s: rolls on for %v s", name, slow)
		}
	}
}

// Far off the course, whichever way it points, the vehicle still sees something and the truth is finite.
func TestLostVehicle(t *testing.T) {
	for _, name := range Names() {
		w := newWorld(t, name)
		for i := range 12 {
			w.Place(w.Course().LengthM*float64(i)/12, 0, float64(i))
			for w.Truth().TimeS < 10 {
				w.Step(4*frameTime, 0.1, 1, 0)
			}
			render(t, w, msg.RGB24)
			w.Lines()
			got := w.Truth()
			for _, v := range []float64{got.OffsetM, got.HeadingRad, got.CourseM, got.RMSOffsetM, got.ProgressM} {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("%s: %+v", name, got)
				}
			}
			if got.Departures == 0 {
				t.Errorf("%s: heading %v left the lane unnoticed", name, i)
			}
		}
	}
}

func TestCurvatureAhead(t *testing.T) {
	w := newWorld(t, "road")
	near(t, "on the straight", w.CurvatureAheadPerM(40), 0, 1e-12)
	near(t, "in the bend after it", w.CurvatureAheadPerM(80), 1./65, 1e-12)
}

func TestChart(t *testing.T) {
	w := newWorld(t, "tape")
	c := w.Chart(0.1)
	if len(c.Centre) != int(math.Ceil(w.Course().LengthM/0.1))+1 || len(c.Left) != len(c.Centre) || len(c.Right) != len(c.Centre) {
		t.Fatalf("%d, %d and %d points", len(c.Centre), len(c.Left), len(c.Right))
	}
	last := len(c.Centre) - 1
	for i, p := range c.Centre {
		near(t, "lane width", math.Hypot(c.Left[i][0]-c.Right[i][0], c.Left[i][1]-c.Right[i][1]), 0.36, 1e-9)
		if p[0] < c.MinM[0] || p[1] < c.MinM[1] || p[0] > c.MaxM[0] || p[1] > c.MaxM[1] {
			t.Errorf("point %d is outside the box", i)
		}
	}
	near(t, "closes", math.Hypot(c.Centre[last][0]-c.Centre[0][0], c.Centre[last][1]-c.Centre[0][1]), 0, 1e-6)
}
