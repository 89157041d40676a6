package control

import (
	"math"
	"math/rand/v2"

	"lanekeeper/msg"
)

// place is a point of a course and the direction there.
type place struct{ x, y, heading float64 }

// bend is a piece of a course of one curvature.
type bend struct{ lengthM, curvaturePerM float64 }

// course is a lane centre as a row of places, stepM apart.
type course struct {
	places []place
	stepM  float64
}

func newCourse(stepM float64, bends ...bend) *course {
	c, at := &course{stepM: stepM}, place{}
	for _, b := range bends {
		for range int(b.lengthM/stepM + 0.5) {
			c.places = append(c.places, at)
			half := b.curvaturePerM * stepM / 2
			at.x += stepM * math.Cos(at.heading+half)
			at.y += stepM * math.Sin(at.heading+half)
			at.heading += 2 * half
		}
	}
	return c
}

// drive is a kinematic bicycle on a course with a camera that sees the lines from fromM to toM ahead of the rear axle.
type drive struct {
	params     Params
	course     *course
	fromM, toM float64
	widthM     float64
	noiseM     float64 // standard deviation of each line's place, new in each frame
	delay      int     // frames from the picture to the wheels
	trimRad    float64 // wheels out of true
	dashed     bool    // the left line is seen half of the time
	rng        *rand.Rand

	at      place
	index   int // of the nearest place
	speed   float64
	frame   int64
	pending []msg.Command
}

const fps = 50

// timeNs is when a frame is taken; frame 0 is not at 0, which no camera is.
func timeNs(frame int64) int64 { return 1e9 + frame*1e9/fps }

// see is what a detector finds: a cubic through each line.
func (d *drive) see(out *msg.Detection) {
	out.Clear()
	out.FrameID, out.CaptureNs, out.SourceNs = d.frame+1, timeNs(d.frame), timeNs(d.frame)
	out.HasLeftLane, out.HasRightLane = 1, 1
	if d.dashed && d.frame%20 < 10 {
		out.HasLeftLane = 0
	}
	out.Left, out.Right = d.line(d.widthM/2), d.line(-d.widthM/2)
}

func (d *drive) line(leftM float64) msg.Line {
	var f cubic
	sin, cos := math.Sincos(d.at.heading)
	for i := d.index; i < len(d.course.places); i++ {
		p := d.course.places[i]
		dx, dy := p.x-leftM*math.Sin(p.heading)-d.at.x, p.y+leftM*math.Cos(p.heading)-d.at.y
		x, y := dx*cos+dy*sin, dy*cos-dx*sin
		if x > d.toM || math.Abs(p.heading-d.at.heading) > 1.2 {
			break
		}
		if x >= d.fromM {
			f.add(x/d.toM, y/d.toM)
		}
	}
	c := f.solve()
	l := msg.Line{FromM: d.fromM, ToM: f.last * d.toM, Confidence: 0.95}
	l.Poly = [4]float64{c[0]*d.toM + d.noiseM*d.rng.NormFloat64(), c[1], c[2] / d.toM, c[3] / d.toM / d.toM}
	l.Poly[1] += d.noiseM / d.toM * d.rng.NormFloat64()
	return l
}

// step drives one frame with the command that has got through by now.
func (d *drive) step(cmd msg.Command) {
	d.pending = append(d.pending, cmd)
	steering, throttle := 0.0, 0.0
	if n := len(d.pending) - 1 - d.delay; n >= 0 {
		steering, throttle = d.pending[n].Steering, d.pending[n].Throttle
	}
	const parts = 10
	dt := 1.0 / fps / parts
	for range parts {
		d.speed += (throttle/d.params.Speed.CruiseThrottle*d.params.Speed.CruiseMps - d.speed) * dt / 0.3
		ds := d.speed * dt
		d.at.x += ds * math.Cos(d.at.heading)
		d.at.y += ds * math.Sin(d.at.heading)
		d.at.heading += ds * math.Tan(-steering*d.params.Vehicle.MaxSteerRad+d.trimRad) / d.params.Vehicle.WheelbaseM
	}
	for d.index+1 < len(d.course.places) && d.ahead(d.index+1) <= 0 {
		d.index++
	}
	d.frame++
}

// ahead is how far a place lies ahead of the vehicle along the course.
func (d *drive) ahead(index int) float64 {
	p := d.course.places[index]
	return (p.x-d.at.x)*math.Cos(p.heading) + (p.y-d.at.y)*math.Sin(p.heading)
}

// offset is the true distance left of the lane centre.
func (d *drive) offset() float64 {
	p := d.course.places[d.index]
	return (d.at.y-p.y)*math.Cos(p.heading) - (d.at.x-p.x)*math.Sin(p.heading)
}

func (d *drive) done() bool { return d.index+int(1.3*d.toM/d.course.stepM) >= len(d.course.places) }

// run drives until the end of the course or for so many frames, and gives the true offset after each frame. The controller
// is armed as soon as it lets itself.
func (d *drive) run(c *Controller, frames int) (offsets []float64, commands []msg.Command) {
	if d.rng == nil {
		d.rng = rand.New(rand.NewPCG(1, 2))
	}
	var det msg.Detection
	for range frames {
		if d.done() {
			break
		}
		d.see(&det)
		now := det.CaptureNs + 20e6
		_ = c.Arm(now) // refused until the inputs have been good for a while
		cmd := c.Step(Input{NowNs: now, Detection: &det, PublishNs: now, SpeedMps: math.NaN()})
		d.step(cmd)
		offsets, commands = append(offsets, d.offset()), append(commands, cmd)
	}
	return offsets, commands
}

// cubic is a least-squares cubic in the making.
type cubic struct {
	a    [4][5]float64
	last float64
}

func (f *cubic) add(x, y float64) {
	px := [4]float64{1, x, x * x, x * x * x}
	for i := range 4 {
		for j := range 4 {
			f.a[i][j] += px[i] * px[j]
		}
		f.a[i][4] += px[i] * y
	}
	f.last = x
}

func (f *cubic) solve() (c [4]float64) {
	a := f.a
	for i := range 4 {
		for j := i + 1; j < 4; j++ {
			for k := 4; k >= i; k-- {
				a[j][k] -= a[i][k] * a[j][i] / a[i][i]
			}
		}
	}
	for i := 3; i >= 0; i-- {
		c[i] = a[i][4]
		for j := i + 1; j < 4; j++ {
			c[i] -= a[i][j] * c[j]
		}
		c[i] /= a[i][i]
	}
	return c
}
