package command

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"golang.org/x/sys/unix"
)

// TestInsist: an order that found no free descriptor is given again, any other failure is the vehicle's answer.
func TestInsist(t *testing.T) {
	crowded, other := fmt.Errorf("socket: %w", unix.EMFILE), errors.New("refused")
	for _, c := range []struct {
		name string
		errs []error
		want error
	}{
		{"at once", []error{nil}, nil},
		{"the third time", []error{crowded, crowded, nil}, nil},
		{"refused", []error{crowded, other}, other},
	} {
		asked := 0
		err := insist(t.Context(), func() error {
			asked++
			return c.errs[asked-1]
		})
		if !errors.Is(err, c.want) || asked != len(c.errs) {
			t.Errorf("%s: %v after %d times", c.name, err, asked)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := insist(ctx, func() error { return crowded }); !errors.Is(err, unix.EMFILE) {
		t.Errorf("%v after the end", err)
	}
}
