package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"lanekeeper/daemon"
	"lanekeeper/inspect"
)

func armCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs, place := newPlaceFlags("arm", stderr, "[flags]", "Lets controld move the vehicle, if its inputs are good.")
	if err := parsePlaceFlags(fs, place, args, false); err != nil {
		return err
	}
	return order(ctx, inspect.Arm, *place, stdout, "armed: the vehicle may move",
		"start it first: sudo systemctl start controld; it starts disarmed")
}

func disarmCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs, place := newPlaceFlags("disarm", stderr, "[flags]", "Makes controld hold the vehicle neutral until it is armed again.")
	if err := parsePlaceFlags(fs, place, args, false); err != nil {
		return err
	}
	return order(ctx, inspect.Disarm, *place, stdout, "disarmed: the vehicle is held neutral", "it moves nothing, and starts disarmed")
}

func pauseCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs, place := newPlaceFlags("pause", stderr, "[flags]",
		"Makes controld hold the vehicle neutral until it is resumed. It stays armed, but a pause past control.gate.pause_limit disarms it.")
	if err := parsePlaceFlags(fs, place, args, false); err != nil {
		return err
	}
	return order(ctx, inspect.Pause, *place, stdout, "paused: the vehicle is held neutral; to drive on: lanectl resume",
		"it moves nothing, and starts disarmed")
}

func resumeCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs, place := newPlaceFlags("resume", stderr, "[flags]",
		"Ends a pause, and the stop after the link of an operator who had taken control was lost: an armed vehicle drives on.")
	if err := parsePlaceFlags(fs, place, args, false); err != nil {
		return err
	}
	return order(ctx, inspect.Resume, *place, stdout, "resumed: the vehicle may move",
		"start it first: sudo systemctl start controld; it starts disarmed")
}

func estopCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs, place := newPlaceFlags("estop", stderr, "[flags]",
		"Stops the vehicle at once. The stop outlasts restarts of controld and of the machine, until it is cleared.")
	lift := fs.Bool("clear", false, "clear the emergency stop; the vehicle stays disarmed")
	if err := parsePlaceFlags(fs, place, args, false); err != nil {
		return err
	}
	if *lift {
		return order(ctx, inspect.ClearStop, *place, stdout, "emergency stop cleared: the vehicle is disarmed; to drive on: lanectl arm",
			"start it first: sudo systemctl start controld; it starts disarmed")
	}
	err := order(ctx, inspect.EmergencyStop, *place, stdout, "emergency stop: the vehicle is held neutral until lanectl estop --clear",
		"it moves nothing, and the stop is not remembered")
	if err != nil {
		return fmt.Errorf("%w; if the vehicle moves, use its own switch", err)
	}
	return nil
}

// order gives an order and says that it was carried out; absent is what else to say where no controld runs.
func order(ctx context.Context, o inspect.Order, place daemon.Place, stdout io.Writer, done, absent string) error {
	err := o.Give(ctx, place)
	if errors.Is(err, daemon.ErrNotRunning) {
		return fmt.Errorf("%w: %s", err, absent)
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, done)
	return nil
}
