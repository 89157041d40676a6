package endpoint

import (
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
)

// Place is where an address leads.
type Place int

// The places, from near to far.
const (
	File     Place = iota + 1 // a unix socket
	Loopback                  // this computer
	Beyond                    // the network
)

// mostPath is how long a unix socket's path may be, bytes.
const mostPath = 107

// PlaceOf tells where an address leads: ipc://PATH or tcp://HOST:PORT. A host that is no address and not localhost is taken
// for one of the network.
func PlaceOf(address string) (Place, error) {
	if path, ok := strings.CutPrefix(address, "ipc://"); ok {
		if !strings.HasPrefix(path, "/") || len(path) > mostPath {
			return 0, fmt.Errorf("address %q: ipc:// and a path from / on, of at most %d bytes, expected", address, mostPath)
		}
		return File, nil
	}
	rest, ok := strings.CutPrefix(address, "tcp://")
	host, port, err := net.SplitHostPort(rest)
	if !ok || err != nil || host == "" {
		return 0, fmt.Errorf("address %q: tcp://HOST:PORT or ipc://PATH expected", address)
	}
	if n, err := strconv.ParseUint(port, 10, 16); port != "*" && (err != nil || n == 0) {
		return 0, fmt.Errorf("address %q: a port from 1 to 65535 expected", address)
	}
	if host == "localhost" {
		return Loopback, nil
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Unmap().IsLoopback() {
		return Loopback, nil
	}
	return Beyond, nil
}

// fileOf is the path of a unix socket's address, empty for another.
func fileOf(address string) string {
	path, ok := strings.CutPrefix(address, "ipc://")
	if !ok {
		return ""
	}
	return path
}

// mayBeIPv6 tells of every address but one that is of IPv4, which would be shown as one of IPv6 otherwise.
func mayBeIPv6(address string) bool {
	host, _, _ := net.SplitHostPort(strings.TrimPrefix(address, "tcp://"))
	ip, err := netip.ParseAddr(host)
	return err != nil || !ip.Is4()
}

// reachable is how a socket that is bound at an address is reached from this computer.
func reachable(bound string) string {
	for _, everywhere := range []string{"tcp://0.0.0.0:", "tcp://*:", "tcp://[::]:"} {
		if port, ok := strings.CutPrefix(bound, everywhere); ok {
			return "tcp://127.0.0.1:" + port
		}
	}
	return bound
}

// CommandsSocket is the path of the unix socket on which a controld takes commands from the local users of its group.
func CommandsSocket(runDir, prefix string) string {
	return filepath.Join(runDir, prefix+"controld-commands.sock")
}
