package daemon

import (
	"errors"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
)

// settings is the configuration of a running daemon: read at start, read again on reload, changed key by key through the
// control socket. A new configuration counts only when all of it is good and the daemon took it.
type settings[C any] struct {
	schema   *schema
	defaults C
	sources  []Source

	current atomic.Pointer[C]
	status  atomic.Pointer[func() any]

	mu    sync.Mutex    // held while a change is under way; reading waits for none
	apply func(C) error // nil until the daemon takes changes
}

func newSettings[C any](defaults C, sources []Source) (*settings[C], error) {
	s, err := schemaOf(reflect.TypeFor[C]())
	if err != nil {
		return nil, err
	}
	cfg := defaults
	if err := Load(&cfg, sources...); err != nil {
		return nil, err
	}
	running := &settings[C]{schema: s, defaults: defaults, sources: sources}
	running.current.Store(&cfg)
	return running, nil
}

func (s *settings[C]) config() C { return *s.current.Load() }

func (s *settings[C]) onChange(apply func(C) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.apply = apply
}

func (s *settings[C]) onStatus(detail func() any) { s.status.Store(&detail) }

// detail is nil until the daemon has something to say.
func (s *settings[C]) detail() any {
	if f := s.status.Load(); f != nil {
		return (*f)()
	}
	return nil
}

// Change is the result of a reload or of a change of parameters.
type Change struct {
	Changed []string `json:"changed"`           // keys with a new value in force
	Restart []string `json:"restart,omitempty"` // keys whose new value needs a restart
}

// reload reads the sources again. Keys that are not live keep their value; they are named in Change.Restart.
func (s *settings[C]) reload() (Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.defaults
	if err := Load(&next, s.sources...); err != nil {
		return Change{}, err
	}
	return s.take(next)
}

// change sets keys from a JSON object.
func (s *settings[C]) change(body []byte) (Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.config()
	if err := Load(&next, changes(body)); err != nil {
		return Change{}, err
	}
	return s.take(next)
}

// take puts next into force as far as it can be while running.
func (s *settings[C]) take(next C) (Change, error) {
	c := Change{Changed: []string{}}
	merged := s.config()
	was, want, into := reflect.ValueOf(s.current.Load()).Elem(), reflect.ValueOf(&next).Elem(), reflect.ValueOf(&merged).Elem()
	s.schema.walk(want, "", func(path string, k *key, v reflect.Value) {
		_, old := s.schema.lookup(was, path)
		switch {
		case formatValue(old, k) == formatValue(v, k):
		case !k.live:
			c.Restart = append(c.Restart, path)
		default:
			_, to := s.schema.lookup(into, path)
			to.Set(v)
			c.Changed = append(c.Changed, path)
		}
	})
	if len(c.Changed) == 0 {
		return c, nil
	}
	// New live values beside old others: the rules that tie keys together have to hold for this mixture too.
	if err := Load(&merged); err != nil {
		return Change{}, err
	}
	if s.apply == nil {
		return Change{}, errors.New("changing the configuration: the daemon takes no changes now")
	}
	if err := s.apply(merged); err != nil {
		return Change{}, err
	}
	s.current.Store(&merged)
	return c, nil
}

func (s *settings[C]) params() []Param {
	return params(s.schema, reflect.ValueOf(s.config()), reflect.ValueOf(s.defaults))
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
