package detect

import (
	"errors"
	"fmt"
)

// Trial is a network that is to be tried: its file, whose bytes were looked over, and how it is fed and computed.
type Trial struct {
	Model Model
	GPU   int
	Data  []byte
}

// ErrNotTried says that a trial could not be held, which tells nothing about the network.
var ErrNotTried = errors.New("the network could not be tried")

// Run loads the network and runs it once. OpenCV throws C++ exceptions that gocv does not catch, which end the process, and
// on a file that is made for it may do worse: so a process of its own calls this, before the one that matters loads the
// very same bytes.
func (t *Trial) Run() error {
	f, err := checkModel(&t.Model, t.Data)
	if err != nil {
		return fmt.Errorf("%s: %w", t.Model.File, err)
	}
	n, err := newNetwork(&t.Model, f, t.GPU)
	if err != nil {
		return err
	}
	n.close()
	return nil
}

// openNetwork reads, tries and loads the network.
func openNetwork(o *Options) (*network, error) {
	if err := o.Model.Validate(); err != nil {
		return nil, fmt.Errorf("setting up the network: %w", err)
	}
	if _, _, err := o.Model.place(o.GPU); err != nil {
		return nil, fmt.Errorf("setting up the network: %w", err)
	}
	f, err := readModel(&o.Model)
	if err != nil {
		return nil, err
	}
	if o.Trial != nil {
		if err := o.Trial(&Trial{Model: o.Model, GPU: o.GPU, Data: f.data}); err != nil {
			return nil, err
		}
	}
	return newNetwork(&o.Model, f, o.GPU)
}
