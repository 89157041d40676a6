package main

import (
	"bytes"
	"errors"
	"fmt"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gocv.io/x/gocv"
)

// isImageName and isVideoName go by the extension.
func isImageName(path string) bool {
	return slices.Contains([]string{".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}, extension(path))
}

func isVideoName(path string) bool {
	return slices.Contains([]string{".avi", ".m4v", ".mjpeg", ".mkv", ".mov", ".mp4", ".mpg", ".webm"}, extension(path))
}

func extension(path string) string { return strings.ToLower(filepath.Ext(path)) }

// expand is the file itself or, for a folder, the images in it, sorted by name.
func expand(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("looking for a picture: %w", err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("listing a folder of pictures: %w", err)
	}
	var files []string
	for _, e := range entries { // sorted by ReadDir
		if !e.IsDir() && isImageName(e.Name()) {
			files = append(files, filepath.Join(path, e.Name()))
		}
	}
	return files, nil
}

var errNoImage = errors.New("not an image")

// readImage decodes an image file to BGR. The caller closes it.
func readImage(path string) (gocv.Mat, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("reading an image: %w", err)
	}
	if len(data) == 0 {
		return gocv.Mat{}, fmt.Errorf("%s: empty file", path)
	}
	if err := whole(data); err != nil {
		return gocv.Mat{}, fmt.Errorf("%s: damaged or cut short: %w", path, err)
	}
	m, err := gocv.IMDecode(data, gocv.IMReadColor)
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("%s: %w: %w", path, errNoImage, err)
	}
	if m.Empty() {
		_ = m.Close()
		return gocv.Mat{}, fmt.Errorf("%s: %w", path, errNoImage)
	}
	return m, nil
}

// whole refuses the images that OpenCV would decode in part without a word: those that end too early.
func whole(data []byte) error {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		if tail := data[max(0, len(data)-64):]; bytes.Contains(tail, []byte("\xff\xd9")) {
			return nil
		}
		_, err := jpeg.Decode(bytes.NewReader(data)) // something may follow the picture
		return err
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		_, err := png.Decode(bytes.NewReader(data))
		return err
	case bytes.HasPrefix(data, []byte("BM")) && len(data) >= 6:
		if size := int(data[2]) | int(data[3])<<8 | int(data[4])<<16 | int(data[5])<<24; size > len(data) {
			return fmt.Errorf("%d of %d bytes", len(data), size)
		}
	}
	return nil
}
