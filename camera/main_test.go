package camera

import (
	"fmt"
	"os"
	"testing"
)

// TestMain makes Go's runtime open the descriptors that it polls with before any test counts descriptors.
func TestMain(m *testing.M) {
	r, w, err := os.Pipe()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	r.Close()
	w.Close()
	os.Exit(m.Run())
}
