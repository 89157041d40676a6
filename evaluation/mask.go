package evaluation

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"

	"lanekeeper/score"
)

// ReadMask reads the mask of a picture of width×height px.
func ReadMask(path string, width, height int) (*score.Mask, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading a mask: %w", err)
	}
	defer file.Close()
	c, err := png.DecodeConfig(file) // first: nobody decodes what is of the wrong size
	if err != nil {
		return nil, fmt.Errorf("reading a mask: %s: %w", path, err)
	}
	if c.Width != width || c.Height != height {
		return nil, fmt.Errorf("the picture has %d×%d px, its mask %d×%d", width, height, c.Width, c.Height)
	}
	if _, err := file.Seek(0, 0); err != nil {
		return nil, fmt.Errorf("reading a mask: %w", err)
	}
	m, err := png.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("reading a mask: %s: %w", path, err)
	}
	return score.NewMask(width, height, grey(m)), nil
}

// grey is a picture's brightness, a byte a pixel.
func grey(m image.Image) []byte {
	b := m.Bounds()
	if g, ok := m.(*image.Gray); ok && g.Stride == b.Dx() {
		return g.Pix
	}
	pixels := make([]byte, 0, b.Dx()*b.Dy())
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			v, _ := color.GrayModel.Convert(m.At(x, y)).(color.Gray)
			pixels = append(pixels, v.Y)
		}
	}
	return pixels
}
