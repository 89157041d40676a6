// Play serves the viewer's page with two vehicles that are not there, for whoever works on the page.
//
//	go run ./viewer/viewertest/play [-listen 127.0.0.1:8099] [-page FOLDER]
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"

	"go.uber.org/zap"

	"lanekeeper/viewer"
	"lanekeeper/viewer/page"
	"lanekeeper/viewer/recording"
	"lanekeeper/viewer/viewertest"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8099", "`address` of the page")
	folder := flag.String("page", "", "`folder` of the page as built; the one that is built in if left out")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *listen, *folder)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "play:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, address, folder string) error {
	files := page.Files()
	if folder != "" {
		files = os.DirFS(folder)
	}
	var vehicles []viewer.VehicleOptions
	for _, name := range []string{"red", "blue"} {
		vehicles = append(vehicles, viewer.VehicleOptions{
			Name: name, Address: "tcp://" + name + ":5557", Source: &viewertest.Vehicle{}, Commands: name == "red",
			Recorder: recording.New(name, os.TempDir(), "lane-viewer test"),
		})
	}
	s, err := viewer.New(viewer.Options{Version: "test", Vehicles: vehicles, Page: files, Log: zap.NewExample()})
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	fmt.Printf("http://%v/\n", listener.Addr())
	return s.Serve(ctx, listener)
}
