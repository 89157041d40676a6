package command

import (
	"context"
	"errors"
	"slices"
	"sync"

	"lanekeeper/telemetry"
)

// fakeVehicle notes what reaches it. It has one operator at a time, as controld has.
type fakeVehicle struct {
	mu     sync.Mutex
	orders []string
	by, id string

	resumedNs int64 // when the last resume was made

	refuse error
	hold   chan struct{} // a set waits until this is closed
}

func (f *fakeVehicle) note(order string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.orders = append(f.orders, order)
	return f.refuse
}

func (f *fakeVehicle) reached() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.orders)
}

func (f *fakeVehicle) Stop(_ context.Context, by string) error  { return f.note("estop " + by) }
func (f *fakeVehicle) Pause(_ context.Context, by string) error { return f.note("pause " + by) }

func (f *fakeVehicle) Resume(_ context.Context, by, _ string, atNs int64) error {
	f.mu.Lock()
	f.resumedNs = atNs
	f.mu.Unlock()
	return f.note("resume " + by)
}

func (f *fakeVehicle) Reset(ctx context.Context, by, id string) error {
	if err := f.May(ctx, by, id); err != nil {
		return err
	}
	return f.note("reset " + by)
}

func (f *fakeVehicle) Take(_ context.Context, by, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.id != "" && f.id != id {
		return errors.New(f.by + " has control")
	}
	f.by, f.id, f.orders = by, id, append(f.orders, "take "+by)
	return nil
}

func (f *fakeVehicle) Keep(_ context.Context, _, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.orders = append(f.orders, "keep")
	if f.id != id {
		return errors.New("control is not held: take it first")
	}
	return nil
}

func (f *fakeVehicle) Give(_ context.Context, by, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.id != id {
		return errors.New("control is not held: take it first")
	}
	f.by, f.id, f.orders = "", "", append(f.orders, "give "+by)
	return nil
}

func (f *fakeVehicle) May(_ context.Context, _, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.id != "" && f.id != id {
		return errors.New(f.by + " has control")
	}
	return nil
}

func (f *fakeVehicle) Params(context.Context) ([]telemetry.Param, error) {
	return []telemetry.Param{{Daemon: "controld", Name: "control.steering.kp", Value: 1.0, Live: true}}, f.note("params")
}

func (f *fakeVehicle) Set(_ context.Context, s telemetry.Setting) ([]string, error) {
	if f.hold != nil {
		<-f.hold
	}
	err := f.note("set")
	var names []string
	for n := range s.Values {
		names = append(names, n)
	}
	slices.Sort(names)
	return names, err
}
