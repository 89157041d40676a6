//go:build amd64 || arm64 || riscv64 || loong64

package msg

import (
	"errors"
	"fmt"
	"unsafe"
)

// ErrMalformed is wrapped by every error about a payload that cannot be what its reader expects.
var ErrMalformed = errors.New("malformed record")

// Kind says what a segment's records are; it stands in the segment's header, so that a reader given the wrong name
// learns so at once.
type Kind = uint32

// The record kinds. Zero is never valid.
const (
	KindFrame     Kind = 1
	KindDetection Kind = 2
	KindCommand   Kind = 3
)

// KindName is the name of a record kind for people.
func KindName(k Kind) string {
	switch k {
	case KindFrame:
		return "frame"
	case KindDetection:
		return "detection"
	case KindCommand:
		return "command"
	}
	return fmt.Sprintf("kind %d", k)
}

// The segments' default names. The predecessor's clients know the first two.
const (
	CameraFeed       = "camera_feed"
	DetectionResults = "detection_results"
	ControlCommands  = "control_commands"
)

// wire is the memory of a record. T holds only fixed-size numbers, so any bytes are a valid T.
func wire[T FrameHeader | Detection | Command](t *T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(t)), unsafe.Sizeof(*t))
}

func decode[T FrameHeader | Detection | Command](t *T, payload []byte, kind Kind) error {
	w := wire(t)
	if len(payload) < len(w) {
		return fmt.Errorf("decoding a %s of %d bytes, at least %d needed: %w", KindName(kind), len(payload), len(w), ErrMalformed)
	}
	copy(w, payload)
	return nil
}
