package daemon

import (
	"context"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/zap"
)

// Place is where a daemon's files are, so that several sets of daemons can run side by side.
type Place struct {
	Prefix string // of the names of shared-memory segments and sockets
	ShmDir string
	RunDir string
}

// Daemon is what a running program has from this package. Its methods are safe for concurrent use.
type Daemon[C any] struct {
	Place
	Name    string
	Version string
	Log     *Logger
	Notify  *Notifier
	Control *Control
	Metrics *prometheus.Registry // what is registered here, by Part, is served as /metrics

	settings *settings[C]
}

// Config is the configuration in force.
func (d *Daemon[C]) Config() C { return d.settings.config() }

// OnChange sets what puts a new configuration into force, after a reload or a change through /params. Only keys tagged
// live differ from the one before. It is called in another goroutine, never twice at once; an error keeps the old
// configuration and is what the caller gets to read. Without OnChange every change is refused.
func (d *Daemon[C]) OnChange(apply func(C) error) { d.settings.onChange(apply) }

// OnStatus sets what /status answers as its detail: something that encodes as JSON, so without NaN. It is called in
// another goroutine.
func (d *Daemon[C]) OnStatus(detail func() any) { d.settings.onStatus(detail) }

// idRefused: a reload found a configuration that cannot be used.
const idRefused MessageID = "7d8d0af59783476a8db16fd8c736dc97"

// Reload reads the configuration again. A bad one changes nothing.
func (d *Daemon[C]) Reload() (Change, error) {
	if d.Notify.Reloading() {
		defer d.Notify.Ready()
	}
	change, err := d.settings.reload()
	if err != nil {
		for _, fields := range errorEntries(err) {
			d.Log.Error("new configuration refused, the running one stays", append(fields, idRefused.Field())...)
		}
		return change, err
	}
	d.Log.Info("configuration reloaded", zap.Strings("changed", change.Changed), zap.Strings("restart", change.Restart))
	return change, nil
}

// addHandlers puts what every daemon answers on the control socket.
func (d *Daemon[C]) addHandlers(start time.Time) {
	c := d.Control
	c.Func("GET /status", func(context.Context, []byte) (any, error) {
		return Status{
			Name: d.Name, Version: d.Version, PID: os.Getpid(), Prefix: d.Prefix, UptimeS: time.Since(start).Seconds(),
			Line: d.Notify.StatusLine(), LogDropped: d.Log.Dropped(), Detail: d.settings.detail(),
		}, nil
	})
	c.Func("GET /params", func(context.Context, []byte) (any, error) { return d.settings.params(), nil })
	change := func(_ context.Context, body []byte) (any, error) {
		change, err := d.settings.change(body)
		if err == nil {
			d.Log.Info("parameters changed", zap.Strings("changed", change.Changed))
		}
		return change, err
	}
	c.Func("PATCH /params", change)
	c.Func("PUT /params", change)
	c.Func("POST /reload", func(context.Context, []byte) (any, error) { return d.Reload() })
	c.Handle("/log-level", d.Log.Level)
	c.Handle("GET /metrics", promhttp.HandlerFor(d.Metrics, promhttp.HandlerOpts{
		ErrorLog: zap.NewStdLog(d.Log.Logger), ErrorHandling: promhttp.ContinueOnError,
	}))
}
