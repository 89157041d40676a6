package camera

import (
	"errors"
	"io"
	"os"
)

// beginsAsText says whether the file looks like text, which no video does: FFmpeg would play it as a terminal's picture.
// It also says why a file cannot be read, which OpenCV does not.
func beginsAsText(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, err
	}
	for _, c := range head[:n] {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b {
			return false, nil
		}
	}
	return true, nil
}
