// Command lanectl looks at Lanekeeper's parts and tries them out.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"golang.org/x/sys/unix"

	"lanekeeper/internal/modeltrial"
)

func main() {
	if modeltrial.Called(os.Args) {
		os.Exit(modeltrial.Serve(os.Stdin, os.Stdout))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM, unix.SIGHUP)
	context.AfterFunc(ctx, stop) // the second one ends lanectl at once
	code := exitCode(run(ctx, os.Args[1:], os.Stdout, os.Stderr), os.Stderr)
	stop()
	os.Exit(code)
}

// subcommand is one of lanectl's commands. It reads its own flags from args and writes its result to stdout.
type subcommand struct {
	name    string
	summary string
	run     func(ctx context.Context, args []string, stdout, stderr io.Writer) error
}

// subcommands are all of them, in the order in which the usage text lists them.
func subcommands() []subcommand {
	return []subcommand{
		{"drive", "drive a simulated vehicle, or a recording, through the real daemons", driveCommand},
		{"status", "show every daemon and segment, and what is wrong with them", statusCommand},
		{"top", "show live rates, latencies, drops and how the vehicle is driven", topCommand},
		{"watch", "show what a vehicle tells by its telemetry, from afar", watchCommand},
		{"params", "show or change a running daemon's configuration", paramsCommand},
		{"source", "choose between the camera and the simulator", sourceCommand},
		{"arm", "let the vehicle move", armCommand},
		{"disarm", "hold the vehicle neutral", disarmCommand},
		{"pause", "stop the vehicle for a while; it stays armed", pauseCommand},
		{"resume", "let a paused vehicle, or one whose link was lost, drive on", resumeCommand},
		{"estop", "stop the vehicle at once and for good, or clear that", estopCommand},
		{"clean", "remove segments whose owner is dead", cleanCommand},
		{"doctor", "check what usually goes wrong on a vehicle, and say how to mend it", doctorCommand},
		{"bench", "measure shared memory beside the limit of the machine and other transports", benchCommand},
		{"detect", "find lane lines in images and videos", detectCommand},
		{"eval", "score lane detection on pictures of which the lines are known", evalCommand},
		{"calibrate camera", "find the camera's lens from pictures of a chessboard", calibrateCameraCommand},
		{"calibrate ground", "find how the camera sits above the ground", calibrateGroundCommand},
		{"keys init", "make the key that viewers know the vehicle by", keysInitCommand},
		{"keys show", "show the vehicle's public key", keysShowCommand},
		{"keys authorise", "let a viewer in, to watch or to operate", keysAuthoriseCommand},
		{"keys revoke", "shut a viewer out", keysRevokeCommand},
		{"keys list", "list the viewers that are let in", keysListCommand},
		{"trial", "measure the detector's errors in the simulator, against the truth", trialCommand},
	}
}

// usageError is a mistake in the command line; it ends lanectl with code 2.
type usageError struct{ error }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		usage(stderr)
		return usageError{errors.New("no command given")}
	}
	var second []string // what may follow the word given
	for _, c := range subcommands() {
		words := strings.Fields(c.name)
		if words[0] != args[0] {
			continue
		}
		if len(words) == 1 {
			return c.run(ctx, args[1:], stdout, stderr)
		}
		if len(args) > 1 && args[1] == words[1] {
			return c.run(ctx, args[2:], stdout, stderr)
		}
		second = append(second, words[1])
	}
	if second != nil {
		return usageError{fmt.Errorf("%s: one of %s expected after it; lanectl %s %s -h tells its flags",
			args[0], strings.Join(second, ", "), args[0], second[0])}
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		usage(stdout)
		return nil
	case "--manual": // as the daemons have it, for what writes the manual pages
		return writeManual(ctx, stdout)
	}
	usage(stderr)
	return usageError{fmt.Errorf("no command %q", args[0])}
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "usage: lanectl COMMAND [flags] …")
	for _, c := range subcommands() {
		fmt.Fprintf(w, "  %-16s %s\n", c.name, c.summary)
	}
	fmt.Fprintln(w, "lanectl COMMAND -h tells a command's flags.")
}

// exitCode prints the error, if there is one to print, and gives the process's exit code: 0 done, 1 something went
// wrong, 2 a mistake in the command line.
func exitCode(err error, stderr io.Writer) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	fmt.Fprintln(stderr, "lanectl:", err)
	var mistake usageError
	if errors.As(err, &mistake) {
		return 2
	}
	return 1
}
