package viewertest

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"

	"lanekeeper/telemetry"
)

// The camera's frame, and the picture of it that is sent.
const (
	frameWidth, frameHeight     = 640, 360
	pictureWidth, pictureHeight = frameWidth / 2, frameHeight / 2
)

// horizon is the row where the road ends; laneHalf half the lane's width at the lower edge; perM how many px there a metre is.
const (
	horizon  = 0.42 * frameHeight
	laneHalf = 0.33 * frameWidth
	perM     = 2 * laneHalf / 3.5
)

func curvatureAt(at float64) float64 { return 0.004 * math.Sin(at/40) }

// column is where in row y of the frame the line on a side is seen: +1 left, −1 right, 0 the lane's centre.
func column(at, offsetM, y float64, side int) float64 {
	near := (y - horizon) / (frameHeight - horizon) // 1 at the lower edge, 0 at the horizon
	far := 1 - near
	centre := frameWidth/2 + offsetM*perM*near - curvatureAt(at)*9000*far*far
	return centre - float64(side)*laneHalf*near
}

// line is a lane line as a detector would find it.
func line(at, offsetM float64, side int) *telemetry.Line {
	const points, seen = 10, 7
	l := &telemetry.Line{Extrapolated: []int{}, Confidence: 0.93, Agreed: true}
	for i := range points {
		y := frameHeight - 1 - float64(i)*(frameHeight*0.98-horizon)/points
		l.Points = append(l.Points, [2]float32{float32(column(at, offsetM, y, side)), float32(y)})
		if i >= seen {
			l.Extrapolated = append(l.Extrapolated, i)
		}
	}
	return l
}

// picture draws the road as JPEG.
func picture(at, offsetM float64) []byte {
	m := image.NewRGBA(image.Rect(0, 0, pictureWidth, pictureHeight))
	sky, grass, road := color.RGBA{150, 190, 225, 255}, color.RGBA{88, 120, 70, 255}, color.RGBA{82, 84, 88, 255}
	paint := color.RGBA{240, 240, 235, 255}
	for row := range pictureHeight {
		y := float64(row) * frameHeight / pictureHeight
		near := (y - horizon) / (frameHeight - horizon)
		if near <= 0 {
			for x := range pictureWidth {
				m.SetRGBA(x, row, sky)
			}
			continue
		}
		left, right := column(at, offsetM, y, +1)/2, column(at, offsetM, y, -1)/2
		thick, verge := 1+3*near, 20*near
		dash := math.Mod(at+6/near, 6) < 3 // 6/near is how far ahead the row is
		for x := range pictureWidth {
			c := grass
			switch fx := float64(x); {
			case math.Abs(fx-left) < thick && dash, math.Abs(fx-right) < thick:
				c = paint
			case fx > left-verge && fx < right+verge:
				c = road
			}
			m.SetRGBA(x, row, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 75}); err != nil {
		panic(err) // into memory
	}
	return b.Bytes()
}
