package sim

import (
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"

	"lanekeeper/msg"
)

// Label is a picture's ground truth as one line of labels.jsonl: a polyline a marking, in pixels.
type Label struct {
	File   string         `json:"file"`
	Width  int            `json:"width"`
	Height int            `json:"height"`
	Lines  [][][2]float64 `json:"lines"`
}

// Labels is the ground truth of the picture last drawn, for the file of the given name.
func (w *World) Labels(file string) Label {
	l := Label{File: file, Width: w.scenario.Camera.WidthPx, Height: w.scenario.Camera.HeightPx, Lines: [][][2]float64{}}
	hundredths := func(v float32) float64 { return math.Round(float64(v)*100) / 100 }
	for _, line := range w.Lines() {
		points := make([][2]float64, len(line.Points))
		for i, p := range line.Points {
			points[i] = [2]float64{hundredths(p.X), hundredths(p.Y)}
		}
		l.Lines = append(l.Lines, points)
	}
	return l
}

// Export draws the present state and adds it to a folder, which is made if missing: the picture as images/NAME.png, its
// marking mask as masks/NAME.png, and a line of labels.jsonl.
func (w *World) Export(dir, name string) error {
	width, height := w.scenario.Camera.WidthPx, w.scenario.Camera.HeightPx
	rgb := make([]byte, width*height*3)
	if err := w.Render(rgb, width*3, msg.RGB24); err != nil {
		return err
	}
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		copy(picture.Pix[4*i:], rgb[3*i:3*i+3])
		picture.Pix[4*i+3] = 255
	}
	mask := image.NewGray(image.Rect(0, 0, width, height))
	if err := w.Mask(mask.Pix, mask.Stride); err != nil {
		return err
	}
	file := name + ".png"
	if err := writePNG(filepath.Join(dir, "images", file), picture); err != nil {
		return err
	}
	if err := writePNG(filepath.Join(dir, "masks", file), mask); err != nil {
		return err
	}
	return appendLine(filepath.Join(dir, "labels.jsonl"), w.Labels(file))
}

func writePNG(path string, m image.Image) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("exporting a picture: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("exporting a picture: %w", err)
	}
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := errors.Join(encoder.Encode(f, m), f.Close()); err != nil {
		return fmt.Errorf("exporting a picture: %w", err)
	}
	return nil
}

func appendLine(path string, l Label) error {
	text, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("exporting labels: %w", err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("exporting labels: %w", err)
	}
	_, err = f.Write(append(text, '\n'))
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("exporting labels: %w", err)
	}
	return nil
}
