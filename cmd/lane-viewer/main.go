// Command lane-viewer shows vehicles in the browser, on the machine in front of which people sit.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM, unix.SIGHUP)
	context.AfterFunc(ctx, stop) // the second one ends lane-viewer at once
	code := exitCode(run(ctx, os.Args[1:], os.Stdout, os.Stderr), os.Stderr)
	stop()
	os.Exit(code)
}

// usageError is a mistake in the command line; it ends lane-viewer with code 2.
type usageError struct{ error }

// exitCode prints the error, if there is one to print, and gives the process's exit code: 0 done, 1 something went
// wrong, 2 a mistake in the command line.
func exitCode(err error, stderr io.Writer) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	fmt.Fprintln(stderr, "lane-viewer:", err)
	var mistake usageError
	if errors.As(err, &mistake) {
		return 2
	}
	return 1
}
