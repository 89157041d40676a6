package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"

	"go.uber.org/zap/zapcore"
	"golang.org/x/sys/unix"

	"lanekeeper/daemon"
	"lanekeeper/telemetry/endpoint"
	"lanekeeper/telemetry/keys"
	"lanekeeper/telemetry/receiver"
	"lanekeeper/viewer"
	"lanekeeper/viewer/page"
	"lanekeeper/viewer/recording"
)

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	switch {
	case err != nil:
		return err
	case o.manual:
		return writeManual(stdout)
	case o.version:
		fmt.Fprintln(stdout, "lane-viewer", daemon.BuildVersion())
		return nil
	case o.printKey:
		return printKey(o, stdout)
	}
	return serve(ctx, o, stdout, stderr)
}

// printKey tells this computer's public key, and what to do with it.
func printKey(o *options, stdout io.Writer) error {
	path, err := o.keyFile()
	if err != nil {
		return err
	}
	own, err := keys.LoadOrCreateClient(path)
	if err != nil {
		return err
	}
	host, err := os.Hostname()
	if name := strings.ToLower(host); err != nil || !goodName(name) {
		host = "laptop"
	} else {
		host = name
	}
	// A key has no quotation mark in it (Z85).
	fmt.Fprintf(stdout, "%s\n\nOn the vehicle, to let this computer watch and command it:\n\n"+
		"  sudo lanectl keys authorise --role operate %s '%s'\n\n"+
		"and without --role operate to let it watch, pause and stop.\n", own.Public, host, own.Public)
	return nil
}

// serve shows the vehicles until ctx ends.
func serve(ctx context.Context, o *options, stdout, stderr io.Writer) (err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.listen)
	if errors.Is(err, unix.EADDRINUSE) {
		return fmt.Errorf("serving the page: %s is taken, perhaps by another lane-viewer; --listen 127.0.0.1:0 takes a free port", o.listen)
	}
	if err != nil {
		return fmt.Errorf("serving the page: %w", err)
	}
	defer listener.Close()
	log, err := daemon.NewLogger("lane-viewer", zapcore.InfoLevel, stderr)
	if err != nil {
		return err
	}
	defer log.Close()
	z, err := endpoint.New()
	if err != nil {
		return err
	}
	var sources []*source
	defer func() {
		for _, s := range sources {
			s.close()
		}
		err = errors.Join(err, z.Close())
	}()
	vehicles, err := o.open(func(r receiver.Options) (*source, error) {
		s, err := newSource(z, r)
		if err == nil {
			sources = append(sources, s)
		}
		return s, err
	})
	if err != nil {
		return err
	}
	server, err := viewer.New(viewer.Options{
		Version: daemon.BuildVersion(), Vehicles: vehicles, Page: page.Files(), Hosts: o.hosts, Log: log.Logger,
	})
	if err != nil {
		return err
	}
	var names []string
	for _, v := range vehicles {
		names = append(names, v.Name+" ("+v.Address+")")
	}
	fmt.Fprintf(stdout, "lane-viewer: http://%v/ shows %s\n", listener.Addr(), strings.Join(names, ", "))
	return server.Serve(ctx, listener)
}

// open makes a source of each vehicle.
func (o *options) open(begin func(receiver.Options) (*source, error)) ([]viewer.VehicleOptions, error) {
	folder, err := o.recordFolder()
	if err != nil {
		return nil, err
	}
	list := o.vehicles
	if len(list) == 0 {
		own, err := parseVehicle("vehicle=" + ownStream)
		if err != nil {
			return nil, err
		}
		list = vehicleList{own}
	}
	if o.serverKey != "" && !slices.ContainsFunc(list, vehicle.lacksKey) {
		return nil, usageError{errors.New("--server-key: no vehicle in the network is without a key of its own; for one behind a tunnel " +
			"give the key with the vehicle, --vehicle ADDRESS,key=KEY")}
	}
	var vehicles []viewer.VehicleOptions
	for _, v := range list {
		r, err := o.receive(v)
		if err != nil {
			return nil, err
		}
		s, err := begin(r)
		if err != nil {
			return nil, usageError{fmt.Errorf("--vehicle %s: %w", v.name, err)}
		}
		shown := viewer.VehicleOptions{Name: v.name, Address: v.stream, Source: s, Commands: s.vehicle.Commands() != nil}
		if folder != "" {
			shown.Recorder = recording.New(v.name, folder, "lane-viewer "+daemon.BuildVersion())
		}
		vehicles = append(vehicles, shown)
	}
	return vehicles, nil
}

// receive is how to reach a vehicle, and with which keys.
func (o *options) receive(v vehicle) (receiver.Options, error) {
	r := receiver.Options{Stream: v.stream, Control: v.control, Commands: v.commands, Pictures: true}
	given := v.key
	place, err := endpoint.PlaceOf(v.stream)
	if err != nil {
		return r, usageError{err}
	}
	if v.lacksKey() {
		given = o.serverKey
	}
	if given == "" {
		if place == endpoint.Loopback && v.commands == "" {
			r.Commands = ownCommands(daemon.DefaultRunDir)
		}
		return r, nil
	}
	if r.Server, err = keys.PublicOf(given); err != nil {
		return r, usageError{err}
	}
	path, err := o.keyFile()
	if err == nil {
		r.Own, err = keys.LoadOrCreateClient(path)
	}
	return r, err
}
