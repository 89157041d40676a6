package actuator

import (
	"fmt"
	"strings"
)

// The actuators' names.
const (
	NameDryRun = "dry-run"
	NameSim    = "sim"
)

// kind is an actuator that can be chosen by name.
type kind struct {
	name     string
	hardware bool
	open     func() (Actuator, error)
}

func kinds() []kind {
	return []kind{
		{name: NameDryRun, open: func() (Actuator, error) { return &DryRun{}, nil }},
		{name: NameSim, open: func() (Actuator, error) { return &Sim{}, nil }},
	}
}

func find(name string) (kind, error) {
	for _, k := range kinds() {
		if k.name == name {
			return k, nil
		}
	}
	return kind{}, fmt.Errorf("choosing an actuator: there is no %q, only %s", name, strings.Join(Names(), ", "))
}

// Names lists the actuators that New knows.
func Names() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

// New opens an actuator. It moves nothing before the first Apply.
func New(name string) (Actuator, error) {
	k, err := find(name)
	if err != nil {
		return nil, err
	}
	return k.open()
}

// Hardware says whether an actuator moves something real. Such a one is armed by an operator alone.
func Hardware(name string) (bool, error) {
	k, err := find(name)
	return k.hardware, err
}
