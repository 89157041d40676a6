package detect

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"
	"time"

	"lanekeeper/msg"
)

// FuzzParams holds that parameters are either refused or lead to sound detections, whatever they follow upon.
func FuzzParams(f *testing.F) {
	f.Add(int16(224), 0.2, 0.075, 0.0, int16(8), 0.08, 0.0, 0.2, 60.0, 0.2, 20.0, 0.0, int64(6e7), int64(3e8))
	f.Add(int16(96), 0.9, 0.2, 0.8, int16(1), 0.01, 10.0, 5.0, 170.0, 5.0, 80.0, -5.0, int64(1e9), int64(1e9))
	f.Add(int16(480), 0.0, 0.01, -1.0, int16(100), 0.5, 1e-300, 0.0, 10.0, 0.01, -30.0, 5.0, int64(0), int64(0))
	f.Add(int16(0), math.NaN(), math.Inf(1), 0.0, int16(-1), -1.0, -1.0, -1.0, math.NaN(), 0.0, 0.0, 0.0, int64(-1), int64(-1))
	s := tape(0.05, 0.1, 0.4)
	s.w, s.h, s.noise = 320, 240, 20
	h, pix := s.render()
	detectors := both(f, DefaultParams())
	f.Fuzz(func(t *testing.T, width int16, top, line, vanishing float64, contrast int16, seen, lane, vehicle, hfov, height, pitch,
		forward float64, smoothing, hold int64,
	) {
		p := Params{
			WorkWidth: int(width), SearchTop: top, LineWidth: line, VanishingRow: vanishing, MinContrast: int(contrast), MinSeen: seen,
			LaneWidthM: lane, VehicleWidthM: vehicle, Camera: Camera{hfov, height, pitch, forward},
			Smoothing: time.Duration(smoothing), Hold: time.Duration(hold),
		}
		for method, d := range detectors {
			if (d.SetParams(p) == nil) != (p.Validate() == nil) {
				t.Errorf("%s: %+v: validated otherwise", method, p)
			}
			for range 2 {
				var out msg.Detection
				h.SourceNs += 4e7
				if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
					t.Fatal(err)
				}
				checkSound(t, &out)
			}
		}
	})
}

// FuzzLogits holds that a network may answer anything, not a number among it.
func FuzzLogits(f *testing.F) {
	words := func(values ...float32) (b []byte) {
		for _, v := range values {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
		return b
	}
	inf := float32(math.Inf(1))
	f.Add(words(float32(math.NaN())), uint16(640), uint16(480))
	f.Add(words(inf, -inf, 0, 3e38, -3e38), uint16(48), uint16(300))
	f.Add(words(-9, -9, -9, 4, -9, -9, -9, -9), uint16(16), uint16(16))
	f.Fuzz(func(t *testing.T, seed []byte, w, h uint16) {
		if len(seed) < 4 {
			return
		}
		logits := make([]float32, 64*48)
		for i := range logits {
			logits[i] = math.Float32frombits(binary.LittleEndian.Uint32(seed[i*4%(len(seed)&^3):]))
		}
		hd := msg.NewFrameHeader(minSide+int(w)%2000, minSide+int(h)%2000, msg.Gray8)
		var d DL
		d.setUp(Options{Params: DefaultParams()}, msg.MethodDL)
		d.forget()
		d.net, d.header = &network{w: 64, h: 48, logits: logits}, hd
		var out msg.Detection
		for range 2 {
			d.header.SourceNs += 4e7
			d.describe(&out)
			dt := d.elapsed()
			d.look()
			d.follow(&out, dt)
			checkSound(t, &out)
		}
	})
}
