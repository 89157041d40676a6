package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanekeeper/manual"
	"lanekeeper/telemetry/keys"
)

func TestManual(t *testing.T) {
	var out, errs bytes.Buffer
	if err := run(t.Context(), []string{"--manual"}, &out, &errs); err != nil || errs.Len() > 0 {
		t.Fatalf("%v: %s", err, errs.String())
	}
	var c manual.Command
	if err := json.Unmarshal(out.Bytes(), &c); err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	for _, o := range c.Options {
		if o.Name == "manual" {
			t.Error("the manual lists --manual")
		}
	}
}

func TestHelp(t *testing.T) {
	var errs bytes.Buffer
	err := run(t.Context(), []string{"--help"}, io.Discard, &errs)
	if !errors.Is(err, flag.ErrHelp) || exitCode(err, io.Discard) != 0 || !strings.Contains(errs.String(), "-vehicle [NAME=]tcp://HOST:PORT") {
		t.Errorf("%v: %s", err, errs.String())
	}
}

// TestMistakes are command lines that make no sense: exit code 2, and what to do.
func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"tcp://car:5557"}, `"tcp://car:5557": flags expected; a vehicle is given with --vehicle`},
		{[]string{"--vehicle", "car:5557"}, `tcp://HOST:PORT`},
		{[]string{"--vehicle", "tcp://car"}, `tcp://HOST:PORT`},
		{[]string{"--vehicle", "a/b=tcp://car:5557"}, `name "a/b": letters, digits`},
		{[]string{"--vehicle", "..=tcp://car:5557"}, `name "..": letters, digits`},
		{[]string{"--vehicle", "tcp://car:5557,speed=3"}, `option "speed=3": control=ADDRESS`},
		{[]string{"--vehicle", "tcp://car:5557,key="}, `option "key=": control=ADDRESS`},
		{[]string{"--vehicle", "tcp://car:5557,control=x"}, `address "x"`},
		{[]string{"--vehicle", "tcp://car:5557", "--vehicle", "tcp://car:6557"}, "two vehicles are called car"},
		{[]string{"--vehicle", "tcp://car:5557,key=/nowhere"}, "neither a key of 40 characters nor a file"},
		{[]string{"--listen", "0.0.0.0:8088"}, "others could reach the page there"},
		{[]string{"--listen", ":8088"}, "others could reach the page there"},
		{[]string{"--listen", "[::]:8088"}, "others could reach the page there"},
		{[]string{"--listen", "192.168.0.7:8088"}, "ssh -L"},
		{[]string{"--listen", "localhost.evil.example:8088"}, "others could reach the page there"},
		{[]string{"--listen", "8088"}, "an address such as"},
		{[]string{"--vehicle", "tcp://127.0.0.1:5557", "--server-key", "x"}, "for one behind a tunnel give the key with the vehicle"},
		{[]string{"--record-dir", "/nowhere"}, "--record-dir /nowhere: a folder"},
	} {
		var errs bytes.Buffer
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // what is taken for good ends at once
		args := c.args
		if args[0] != "--listen" {
			args = append([]string{"--listen", "127.0.0.1:0"}, args...)
		}
		err := run(ctx, args, io.Discard, &errs)
		if code := exitCode(err, io.Discard); err == nil || code != 2 || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: code %d, %v, want %s", c.args, code, err, c.want)
		}
	}
}

func TestVehicle(t *testing.T) {
	for text, want := range map[string]vehicle{
		"tcp://car:5557":     {name: "car", stream: "tcp://car:5557"},
		"red=tcp://car:5557": {name: "red", stream: "tcp://car:5557"},
		"red=tcp://car:5557,key=a=b.@:,commands=tcp://car:9": {
			name: "red", stream: "tcp://car:5557", key: "a=b.@:", commands: "tcp://car:9",
		},
		"tcp://[fe80::1]:5557":                         {name: "vehicle", stream: "tcp://[fe80::1]:5557"},
		"tcp://127.0.0.1:5557":                         {name: "127.0.0.1", stream: "tcp://127.0.0.1:5557"},
		"tcp://127.0.0.1:5557,commands=ipc:///run/x":   {name: "127.0.0.1", stream: "tcp://127.0.0.1:5557", commands: "ipc:///run/x"},
		"ipc:///run/stream,control=ipc:///run/control": {name: "vehicle", stream: "ipc:///run/stream", control: "ipc:///run/control"},
	} {
		got, err := parseVehicle(text)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
}

// TestOwnCommands: the local socket is asked only where one may be.
func TestOwnCommands(t *testing.T) {
	dir := t.TempDir()
	if got := ownCommands(dir); got != "ipc://"+dir+"/controld-commands.sock" {
		t.Errorf("%q", got)
	}
	if got := ownCommands(filepath.Join(dir, "none")); got != "" {
		t.Errorf("without a folder: %q", got)
	}
}

// TestPrintKey makes this computer's key once, for its user alone, and prints the public half.
func TestPrintKey(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	var first, second bytes.Buffer
	for _, out := range []*bytes.Buffer{&first, &second} {
		if err := run(t.Context(), []string{"--print-key"}, out, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "lanekeeper", "viewer.key")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	own, err := keys.LoadOrCreateClient(path)
	if err != nil {
		t.Fatal(err)
	}
	text := first.String()
	if text != second.String() || !strings.HasPrefix(text, own.Public+"\n") || strings.Contains(text, own.Secret) ||
		!strings.Contains(text, "  sudo lanectl keys authorise --role operate ") || !strings.Contains(text, " '"+own.Public+"'\n") {
		t.Errorf("%s", text)
	}
}

// TestUnreachable starts with vehicles that are not there: the page is served, and ends when told to.
func TestUnreachable(t *testing.T) {
	other, err := keys.NewPair()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{
			"--listen", "127.0.0.1:0", "--record-dir", t.TempDir(), "--vehicle", "red=tcp://127.0.0.1:1",
			"--vehicle", "blue=tcp://127.0.0.1:2,key=" + other.Public,
		}, w, io.Discard)
		w.Close()
	}()
	line := make([]byte, 1000)
	n, err := r.Read(line)
	if err != nil {
		t.Fatalf("%v; %v", err, <-ended)
	}
	_, rest, _ := strings.Cut(string(line[:n]), "http://")
	address, shows, _ := strings.Cut(rest, "/")
	if shows != " shows red (tcp://127.0.0.1:1), blue (tcp://127.0.0.1:2)\n" {
		t.Errorf("%q", line[:n])
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		t.Fatal(err)
	}
	client := http.Client{Timeout: 10 * time.Second}
	answer, err := client.Get("http://" + address + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusOK || bytes.Contains(text, []byte("{{")) {
		t.Errorf("%d, %v: %s", answer.StatusCode, err, text)
	}
	if err := run(t.Context(), []string{"--listen", address}, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "is taken") ||
		exitCode(err, io.Discard) != 1 {
		t.Errorf("a second one: %v", err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
