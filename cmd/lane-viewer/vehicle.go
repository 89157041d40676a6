package main

import (
	"fmt"
	"net"
	"os"
	"strings"

	"lanekeeper/telemetry/endpoint"
)

// ownStream is where the telemetry of a vehicle on this computer is.
const ownStream = "tcp://127.0.0.1:5557"

// ownCommands is where a vehicle on this computer takes commands. On a computer without Lanekeeper's folder for sockets, to which a tunnel
// leads, say, there is no such place.
func ownCommands(runDir string) string {
	if info, err := os.Stat(runDir); err != nil || !info.IsDir() {
		return ""
	}
	return "ipc://" + endpoint.CommandsSocket(runDir, "")
}

// vehicle is one as the command line has it.
type vehicle struct {
	name     string
	stream   string
	control  string // empty: told from stream
	commands string // empty: told from stream where there is a key, else none
	key      string // or a file; empty: in clear
}

// lacksKey tells whether the key that is given for all vehicles is meant for this one. Those on this computer send in clear.
func (v vehicle) lacksKey() bool {
	place, err := endpoint.PlaceOf(v.stream)
	return err == nil && place == endpoint.Beyond && v.key == ""
}

// vehicleList is the flag --vehicle.
type vehicleList []vehicle

// String is for package flag.
func (l *vehicleList) String() string {
	var names []string
	for _, v := range *l {
		names = append(names, v.name)
	}
	return strings.Join(names, " ")
}

// Set adds one.
func (l *vehicleList) Set(text string) error {
	v, err := parseVehicle(text)
	if err != nil {
		return err
	}
	for _, other := range *l {
		if other.name == v.name {
			return fmt.Errorf("two vehicles are called %s: give each a name, NAME=tcp://…", v.name)
		}
	}
	*l = append(*l, v)
	return nil
}

// parseVehicle reads [NAME=]ADDRESS[,option=value…].
func parseVehicle(text string) (vehicle, error) {
	parts := strings.Split(text, ",")
	var v vehicle
	name, address, named := strings.Cut(parts[0], "=")
	if !named {
		name, address = "", parts[0]
	}
	place, err := endpoint.PlaceOf(address)
	if err != nil {
		return v, err
	}
	v.stream = address
	switch host, _, err := net.SplitHostPort(strings.TrimPrefix(address, "tcp://")); {
	case named && !goodName(name):
		return v, fmt.Errorf("name %q: letters, digits, dots, hyphens and underscores expected, at most 32", name)
	case named:
		v.name = name
	case err == nil && place != endpoint.File && goodName(host):
		v.name = host
	default:
		v.name = "vehicle"
	}
	for _, p := range parts[1:] {
		option, value, _ := strings.Cut(p, "=")
		into, ok := map[string]*string{"control": &v.control, "commands": &v.commands, "key": &v.key}[option]
		if !ok || value == "" {
			return v, fmt.Errorf("option %q: control=ADDRESS, commands=ADDRESS or key=KEY expected", p)
		}
		*into = value
	}
	for _, a := range []string{v.control, v.commands} {
		if _, err := endpoint.PlaceOf(a); a != "" && err != nil {
			return v, err
		}
	}
	return v, nil
}

// goodName says whether a name does for a file.
func goodName(name string) bool {
	const longest = 32
	if name == "" || len(name) > longest || name[0] == '.' || name[0] == '-' {
		return false
	}
	return strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == ""
}
