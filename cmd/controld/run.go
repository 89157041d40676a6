package main

import (
	"context"
	"errors"

	"go.uber.org/zap"

	"lanekeeper/actuator"
	"lanekeeper/control"
	"lanekeeper/daemon"
	"lanekeeper/internal/segmentlog"
	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/telemetry/sender"
)

// run steers until ctx ends, and leaves the actuator neutral whichever way it ends.
func run(ctx context.Context, d *daemon.Daemon[config]) (err error) {
	cfg := d.Config()
	controller, err := control.New(cfg.Control)
	if err != nil {
		return err
	}
	latch := newLatch(cfg.StateDir, d.Prefix)
	stopped, err := latch.set()
	if stopped {
		controller.EmergencyStop()
	}
	if err != nil {
		return err
	}
	if err := latch.try(); err != nil {
		d.Log.Warn("an emergency stop could not be remembered", idForgotten.Field(), zap.Error(err))
	}
	var telemetry *sender.Supervisor
	defer func() { telemetry.Close() }() // the last of all: the actuator must not wait for the child's end
	// Whoever owns the commands owns the actuator: another controld that drives it already is not disturbed.
	out, err := shm.Create(shm.WriterOptions{
		Dir: d.ShmDir, Prefix: d.Prefix, Name: cfg.CommandShmName, Kind: msg.KindCommand, Slots: cfg.Slots, PayloadBytes: msg.CommandBytes,
	})
	if err != nil {
		return owned(d, err)
	}
	defer out.Close()
	act, err := actuator.New(cfg.Actuator)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, act.Halt(), act.Close()) }()
	if err := remember(d.Place, cfg.Actuator); err != nil {
		return err
	}
	s, err := newStage(d, controller, act, out, latch)
	if err != nil {
		return err
	}
	defer s.in.Close()
	if stopped {
		s.operator.latched()
	}
	if cfg.Telemetry.Enabled {
		telemetry = sender.Start(d, cfg.Telemetry.Of(d.Place, cfg.CommandShmName))
		s.report.telemetry.Store(telemetry)
	}
	d.Notify.Ready()
	return owned(d, s.loop(ctx))
}

// owned is err, logged where it says that the commands are another process's.
func owned(d *daemon.Daemon[config], err error) error {
	cfg := d.Config()
	l := segmentlog.Log{Log: d.Log.With(zap.String("actuator", cfg.Actuator)), Place: d.Place, Name: cfg.CommandShmName}
	return l.Owned(err)
}
