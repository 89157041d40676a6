package bench

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"testing"

	"golang.org/x/sys/unix"
)

// TestMain lets the test binary be what a measurement starts, and a program that measures.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 || os.Args[1] != "process" && os.Args[1] != "measure" {
		os.Exit(m.Run())
	}
	if err := play(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func play(part string, args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
	defer stop()
	if part == "process" {
		return Process(ctx, os.Stdin, os.Stdout)
	}
	_, err := Run(ctx, Options{Command: self(), Dir: args[0], Filter: Filter{
		Figures: []Figure{Notification}, Payloads: []int{88}, Readers: []int{2},
	}})
	return err
}

func self() []string { return []string{"/proc/self/exe", "process"} }

// sharedDir is an empty folder of shared memory, which must be empty again at the end.
func sharedDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "bench-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		left, err := os.ReadDir(dir)
		if err != nil || len(left) > 0 {
			t.Errorf("left in shared memory: %v, %v", left, err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}
