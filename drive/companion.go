package drive

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/telemetry/endpoint"
)

// nameViewer is the program that shows a drive in the browser. It is no part of the pipeline: the drive goes on without it.
const nameViewer = "lane-viewer"

// Values of Options.Viewer.
const (
	ViewerPage = "page" // lane-viewer, where it is installed
	ViewerNone = "none" // neither it nor telemetry
)

// The first ports that are tried. Where they are taken, by a vehicle's own daemons, say, later ones are.
const (
	streamPort = 5557 // and the one after it for controld
	streamStep = 10
	pagePort   = 8088
	portTries  = 20
)

// maxCompanions is how often a viewer is started.
const maxCompanions = 5

// show is where a drive is to be seen.
type show struct {
	stream, control string // telemetry's endpoints
	commands        string
	page            string // host and port
}

// plan finds free ports. Nobody holds them until they are used; who then finds one taken says so.
func (s *show) plan(place daemon.Place) error {
	stream, err := freePort(streamPort, streamStep, 2)
	if err != nil {
		return fmt.Errorf("looking for telemetry's ports: %w", err)
	}
	page, err := freePort(pagePort, 1, 1)
	if err != nil {
		return fmt.Errorf("looking for the viewer's port: %w", err)
	}
	s.stream, s.control = "tcp://"+loopback(stream), "tcp://"+loopback(stream+1)
	s.commands = "ipc://" + endpoint.CommandsSocket(place.RunDir, place.Prefix)
	s.page = loopback(page)
	return nil
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// freePort is the first of several ports in a row that nobody listens on.
func freePort(first, step, row int) (port int, err error) {
	for i := range portTries {
		port = first + i*step
		if err = free(port, row); err == nil {
			return port, nil
		}
	}
	return 0, fmt.Errorf("%d ports from %d on are taken: %w", portTries, first, err)
}

func free(port, row int) error {
	for i := range row {
		l, err := net.Listen("tcp", loopback(port+i)) //nolint:noctx // a local name, nothing to wait for
		if err != nil {
			return err
		}
		if err := l.Close(); err != nil {
			return err
		}
	}
	return nil
}

// order is how to start the viewer.
func (s *show) order(o *Options) order {
	return order{name: nameViewer, args: []string{
		"--listen", s.page, "--record-dir", o.OutDir,
		"--vehicle", "drive=" + s.stream + ",control=" + s.control + ",commands=" + s.commands,
	}}
}

// findViewer is the folder of lane-viewer, which has a package of its own: beside the daemons, or wherever it is installed.
func findViewer(binDir string) (string, error) {
	if _, err := os.Stat(filepath.Join(binDir, nameViewer)); err == nil {
		return binDir, nil
	}
	path, err := exec.LookPath(nameViewer)
	if err != nil {
		return "", err
	}
	return filepath.Dir(path), nil
}

// companion is the viewer of a drive, supervised.
type companion struct {
	binDir, logPath string
	order           order
	pause           time.Duration // for which one that has ended stays down
	notice          func(string)
}

// run keeps it running until ctx ends. Whatever becomes of it is no error of the drive's.
func (c *companion) run(ctx context.Context) {
	// As for the daemons: the thread that starts a child is its parent for its death signal.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for range maxCompanions {
		started, err := spawn(c.binDir, c.logPath, c.order)
		if err != nil {
			c.notice(err.Error() + "; the drive goes on without it")
			return
		}
		select {
		case <-ctx.Done():
			if err := started.stop(); err != nil {
				c.notice(err.Error())
			}
			return
		case <-started.ended:
		}
		c.notice(fmt.Sprintf("%s ended (%v): %s", c.order.name, exitError(started.err), lastWords(c.logPath)))
		select {
		case <-ctx.Done():
			return
		case <-time.After(c.pause):
		}
	}
	c.notice(c.order.name + " is not started again; the drive goes on without it")
}
