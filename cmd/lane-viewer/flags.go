package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"lanekeeper/manual"
	"lanekeeper/telemetry/keys"
)

// defaultListen is where the page is, unless told otherwise.
const defaultListen = "127.0.0.1:8088"

// options are the command line's.
type options struct {
	vehicles  vehicleList
	listen    string
	hosts     textList
	serverKey string
	key       string
	recordDir string
	printKey  bool
	version   bool
	manual    bool
}

// textList is a flag that may be repeated.
type textList []string

// String is for package flag.
func (l *textList) String() string { return strings.Join(*l, " ") }

// Set adds one.
func (l *textList) Set(text string) error {
	*l = append(*l, text)
	return nil
}

func newFlags(o *options) *flag.FlagSet {
	fs := flag.NewFlagSet("lane-viewer", flag.ContinueOnError)
	fs.Var(&o.vehicles, "vehicle", "`[NAME=]tcp://HOST:PORT` of a vehicle's telemetry, with options behind commas; may be repeated; "+
		"this computer's own if left out")
	fs.StringVar(&o.listen, "listen", defaultListen, "`address` of the page: one of this computer alone, such as 127.0.0.1:8088; "+
		"port 0 is any that is free")
	fs.Var(&o.hosts, "host", "`NAME[:PORT]` by which browsers may call the page too, through a tunnel, say; may be repeated")
	fs.StringVar(&o.serverKey, "server-key", "", "`KEY` or file with the public key of the vehicles in the network that "+
		"--vehicle gives none for")
	fs.StringVar(&o.key, "key", "", "`file` with this computer's own key, which is made when it is first needed; "+
		"lanekeeper/viewer.key in the user's configuration folder if left out")
	fs.StringVar(&o.recordDir, "record-dir", "", "`folder` for recordings; the current one if left out, or else the user's")
	fs.BoolVar(&o.printKey, "print-key", false, "print this computer's public key and how a vehicle is made to know it, and exit")
	fs.BoolVar(&o.version, "version", false, "print the version, and exit")
	return fs
}

// parse reads the command line.
func parse(args []string, stderr io.Writer) (*options, error) {
	var o options
	fs := newFlags(&o)
	fs.SetOutput(stderr)
	fs.BoolVar(&o.manual, "manual", false, "") // not in the manual itself
	fs.Usage = func() {
		fmt.Fprintln(stderr, "usage: lane-viewer [flags]")
		for _, paragraph := range description() {
			fmt.Fprintln(stderr, paragraph)
		}
		shown := newFlags(&options{})
		shown.SetOutput(stderr)
		shown.PrintDefaults()
	}
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil, err
	case err != nil:
		return nil, usageError{err}
	case fs.NArg() > 0:
		return nil, usageError{fmt.Errorf("%q: flags expected; a vehicle is given with --vehicle", fs.Arg(0))}
	}
	if err := checkListen(o.listen); err != nil {
		return nil, usageError{err}
	}
	return &o, nil
}

// checkListen refuses an address that other computers reach: whoever opens the page can command the vehicle with this user's key.
func checkListen(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("--listen %s: an address such as %s expected", address, defaultListen)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("--listen %s: others could reach the page there, and command the vehicle; leave it at this computer, "+
			"and come to it from another with ssh -L 8088:%s THIS-COMPUTER", address, defaultListen)
	}
	return nil
}

// keyFile is where this computer's own key is.
func (o *options) keyFile() (string, error) {
	if o.key != "" {
		return o.key, nil
	}
	return keys.ClientFile()
}

// recordFolder is where recordings go; empty when there is no folder to write to.
func (o *options) recordFolder() (string, error) {
	if o.recordDir != "" {
		if info, err := os.Stat(o.recordDir); err != nil || !info.IsDir() {
			return "", usageError{fmt.Errorf("--record-dir %s: a folder that is there expected", o.recordDir)}
		}
		return filepath.Abs(o.recordDir)
	}
	for _, find := range []func() (string, error){os.Getwd, os.UserHomeDir} {
		if dir, err := find(); err == nil && unix.Access(dir, unix.W_OK) == nil {
			return dir, nil
		}
	}
	return "", nil
}

func description() []string {
	return []string{
		"Serves a web page on this computer that shows what vehicles see, think and do, and how old that is, and lets a person pause, " +
			"stop and adjust them. A vehicle that cannot be reached is waited for.",
		"A vehicle's options, each behind a comma: control=ADDRESS of controld's telemetry (the next port if left out); commands=ADDRESS " +
			"where it takes commands (the port after that where there is a key, the local socket for this computer's own, or none); key=KEY or " +
			"FILE, its public key, as lanectl keys show prints it there.",
	}
}

// writeManual describes lane-viewer as JSON, a manual.Command.
func writeManual(stdout io.Writer) error {
	return json.NewEncoder(stdout).Encode(manual.Command{
		Name: "lane-viewer", Part: 1, Summary: "show vehicles in the browser", Arguments: "[flags]",
		Description: description(), Options: manual.Options(newFlags(&options{})),
		Sections: []manual.Section{
			{Title: "EXAMPLES", Items: []manual.Item{
				{Term: "lane-viewer", Text: "Shows the vehicle on this computer, as make run starts it."},
				{Term: "lane-viewer --vehicle red=tcp://red.local:5557,key=red.public --vehicle blue=tcp://10.0.0.7:5557,key=blue.public",
					Text: "Shows two vehicles side by side, over encrypted links."},
				{Term: "lane-viewer --print-key", Text: "Prints what to run on a vehicle so that it lets this computer in."},
			}},
			{Title: "FILES", Items: []manual.Item{
				{Term: "~/.config/lanekeeper/viewer.key", Text: "This computer's own key. Who has it may do what vehicles let this computer do."},
				{Term: "NAME-TIME.mcap", Text: "A recording, which Foxglove opens. While it is written its name ends in .part."},
			}},
			{Title: "EXIT STATUS", Items: []manual.Item{
				{Term: "0", Text: "Ended by a signal, or done."},
				{Term: "1", Text: "Something went wrong; standard error says what."},
				{Term: "2", Text: "A mistake in the command line."},
			}},
		},
	})
}
