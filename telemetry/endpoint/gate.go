package endpoint

import (
	"errors"
	"fmt"
	"sync"

	"github.com/pebbe/zmq4"

	"lanekeeper/telemetry/keys"
)

// gate answers ZeroMQ's question who is let in: ZAP, RFC 27, on a socket with a fixed name within the context. It lets in
// the holders of known keys and nobody else.
type gate struct {
	socket *zmq4.Socket
	ended  chan error // gets one when the context was ended

	everybody, nobody bool // for tests: what a broken gate would do

	mu      sync.Mutex
	domains map[string]*domain
}

// domain is what one endpoint lets in.
type domain struct {
	names   map[string]string // by public key
	refused uint64
}

const (
	zapAddress = "inproc://zeromq.zap.01"
	zapVersion = "1.0"
	zapParts   = 6 // version, request, domain, address, identity, mechanism; credentials follow
)

func openGate(z *zmq4.Context) (*gate, error) {
	s, err := z.NewSocket(zmq4.REP)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(s.SetLinger(0), s.Bind(zapAddress)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	g := &gate{socket: s, ended: make(chan error, 1), domains: map[string]*domain{}}
	go g.serve()
	return g, nil
}

// serve answers until the context is ended, which ends the wait for a question (zmq_ctx_term(3)).
func (g *gate) serve() {
	for {
		parts, err := g.socket.RecvMessage(0)
		if zmq4.AsErrno(err) == zmq4.ETERM {
			g.ended <- g.socket.Close()
			return
		}
		if err != nil {
			continue
		}
		if _, err := g.socket.SendMessage(g.answer(parts)); err != nil {
			continue // whoever asked has gone
		}
	}
}

// answer is the reply to a request: the name of the key's holder travels with each of its messages as User-Id.
func (g *gate) answer(request []string) []string {
	name, ok := "", false
	if len(request) >= zapParts && request[0] == zapVersion {
		name, ok = g.admit(request)
	}
	id := ""
	if len(request) > 1 {
		id = request[1]
	}
	if !ok {
		return []string{zapVersion, id, "400", "unknown key", "", ""}
	}
	return []string{zapVersion, id, "200", "OK", name, ""}
}

func (g *gate) admit(request []string) (name string, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	d := g.domains[request[2]]
	if d == nil {
		return "", false
	}
	if request[5] == "CURVE" && len(request) == zapParts+1 && len(request[6]) == keyBytes {
		name, ok = d.names[zmq4.Z85encode(request[6])]
	}
	ok = (ok || g.everybody) && !g.nobody
	if !ok {
		d.refused++
	}
	return name, ok
}

const keyBytes = 32

// open begins a domain that lets viewers in.
func (g *gate) open(name string, viewers []keys.Viewer) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.domains[name] != nil {
		return fmt.Errorf("an endpoint of the name %s is open already", name)
	}
	d := &domain{names: map[string]string{}}
	for _, v := range viewers {
		d.names[v.Public] = v.Name
	}
	g.domains[name] = d
	return nil
}

// forget ends a domain: nobody is let in any more.
func (g *gate) forget(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.domains, name)
}

// lend lets one more key in, until done is called.
func (g *gate) lend(name, public string) (done func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if d := g.domains[name]; d != nil {
		d.names[public] = "self-test"
	}
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if d := g.domains[name]; d != nil {
			delete(d.names, public)
			d.refused = 0
		}
	}
}

func (g *gate) refused(name string) uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	if d := g.domains[name]; d != nil {
		return d.refused
	}
	return 0
}
