package daemon_test

import (
	"context"
	"os"
	"sync/atomic"
	"time"

	"lanekeeper/daemon"
)

// A daemon's whole main.go but for its work.
func Example() {
	type config struct {
		Kp     float64       `yaml:"kp" range:"0..10" unit:"1/m" live:"true" doc:"Share of the offset that is steered against."`
		Method string        `yaml:"method" oneof:"pd pid" flag:"method" doc:"How the controller works."`
		Period time.Duration `yaml:"period" range:"1ms..1s" doc:"Time between two rounds."`
	}
	run := func(ctx context.Context, d *daemon.Daemon[config]) error {
		var kp atomic.Value
		kp.Store(d.Config().Kp)
		d.OnChange(func(c config) error { kp.Store(c.Kp); return nil })
		d.OnStatus(func() any { return map[string]any{"kp": kp.Load()} })
		d.Notify.Ready()
		for round := time.NewTicker(d.Config().Period); ctx.Err() == nil; <-round.C {
			d.Notify.Watchdog()
			d.Notify.Status("steering")
		}
		return nil
	}
	main := func() {
		os.Exit(daemon.Program[config]{
			Name: "steerd", Version: "1.0", Doc: "steers",
			Defaults: config{Kp: 0.35, Method: "pd", Period: 20 * time.Millisecond}, Run: run,
		}.Main())
	}
	_ = main
}
