package viewer

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"lanekeeper/viewer/recording"
)

// Options say what to show, and to whom.
type Options struct {
	Version  string
	Vehicles []VehicleOptions
	Page     fs.FS    // index.html and assets/
	Hosts    []string // names, with a port where it is another, by which browsers may call this server besides those of loopback
	Log      *zap.Logger
}

// VehicleOptions are one vehicle.
type VehicleOptions struct {
	Name     string
	Address  string // as people know it
	Source   Source
	Commands bool                // it can be given commands
	Recorder *recording.Recorder // nil for none
}

const (
	maxConnections = 64
	maxHeaderBytes = 16 << 10
	maxBody        = 64 << 10
	sendBuffer     = 256 << 10 // of the kernel, per connection: what a page that does not read is sent is old when it reads
	headerPatience = 5 * time.Second
	requestTimeout = 15 * time.Second
	idlePatience   = time.Minute
)

// tokenPlace is what index.html has where the token goes.
const tokenPlace = "{{token}}"

// Server serves the page, and passes on between it and the vehicles.
type Server struct {
	opt      Options
	token    string
	vehicles []*vehicle
	seats    chan struct{} // one for each page that is open
	ctx      context.Context
	hosts    map[string]bool // what the header Host may be
}

// New makes a server with a token of its own.
func New(o Options) (*Server, error) {
	if len(o.Vehicles) == 0 {
		return nil, errors.New("serving the page: no vehicle to show")
	}
	if _, err := fs.Stat(o.Page, "index.html"); err != nil {
		return nil, fmt.Errorf("serving the page: %w", err)
	}
	s := &Server{opt: o, token: rand.Text(), seats: make(chan struct{}, maxPages)}
	for i, v := range o.Vehicles {
		s.vehicles = append(s.vehicles, newVehicle(i, v))
	}
	return s, nil
}

// Serve serves on a listener, which it closes, until ctx ends. Recordings are complete when it returns.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.ctx = ctx
	s.hosts = hostNames(listener.Addr(), s.opt.Hosts)
	server := &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: headerPatience, ReadTimeout: requestTimeout, WriteTimeout: requestTimeout,
		IdleTimeout: idlePatience, MaxHeaderBytes: maxHeaderBytes, ErrorLog: zap.NewStdLog(s.opt.Log),
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	var running sync.WaitGroup
	for _, v := range s.vehicles {
		running.Go(func() {
			if err := v.run(ctx); err != nil {
				s.opt.Log.Error("a vehicle cannot be watched", zap.Error(err))
			}
		})
		if v.record != nil {
			running.Go(func() { v.record.Run(ctx, v.recordingChanged) })
		}
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	err := server.Serve(&gate{Listener: listener, places: make(chan struct{}, maxConnections)})
	cancel()
	running.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serving the page: %w", err)
}

// hostNames are the values that the header Host may have: a name that anybody else can make lead here (DNS rebinding) is not
// among them.
func hostNames(listening net.Addr, more []string) map[string]bool {
	_, port, err := net.SplitHostPort(listening.String())
	if err != nil {
		port = ""
	}
	names := map[string]bool{}
	for _, n := range append([]string{"localhost", "127.0.0.1", "::1"}, more...) {
		n = strings.ToLower(n)
		if _, _, err := net.SplitHostPort(n); err != nil {
			n = net.JoinHostPort(strings.Trim(n, "[]"), port)
		}
		names[n] = true
		for _, usual := range []string{":80", ":443"} { // which browsers leave out
			if name, ok := strings.CutSuffix(n, usual); ok {
				names[name] = true
			}
		}
	}
	return names
}

// gate lets in a bounded number of connections at a time, each with a bounded buffer.
type gate struct {
	net.Listener
	places chan struct{}
}

// Accept waits for a place.
func (g *gate) Accept() (net.Conn, error) {
	g.places <- struct{}{}
	c, err := g.Listener.Accept()
	if err != nil {
		<-g.places
		return nil, err
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(sendBuffer)
	}
	return &placed{Conn: c, leave: sync.OnceFunc(func() { <-g.places })}, nil
}

// placed is a connection that has a place.
type placed struct {
	net.Conn
	leave func()
}

// Close gives the place back.
func (p *placed) Close() error {
	defer p.leave()
	return p.Conn.Close()
}
