package inspect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lanekeeper/daemon"
)

// Names are those of the daemons, in the order of the data path.
func Names() []string {
	var names []string
	for _, k := range knownDaemons() {
		names = append(names, k.name)
	}
	return names
}

// request is one to the daemon that answers at a socket.
type request func(ctx context.Context, socket string) error

// Params lists a running daemon's configuration.
func Params(ctx context.Context, place daemon.Place, name string) ([]daemon.Param, error) {
	var list []daemon.Param
	err := ask(ctx, place, name, func(ctx context.Context, socket string) error {
		return daemon.Get(ctx, socket, "/params", &list)
	})
	return list, err
}

// SetParams changes keys of a running daemon's configuration: all of them, or with an error none.
func SetParams(ctx context.Context, place daemon.Place, name string, values map[string]any) (daemon.Change, error) {
	var c daemon.Change
	err := ask(ctx, place, name, func(ctx context.Context, socket string) error {
		return daemon.Patch(ctx, socket, "/params", values, &c)
	})
	return c, err
}

// Post tells a running daemon to do something, and decodes its answer. The error is as SetParams has it.
func Post(ctx context.Context, place daemon.Place, name, path string, body, answer any) error {
	return ask(ctx, place, name, func(ctx context.Context, socket string) error {
		return daemon.Post(ctx, socket, path, body, answer)
	})
}

// ask makes a request to a daemon that lives, and wakes none. The error is daemon.ErrNotRunning where it does not, a
// *daemon.AnswerError when it refuses, and else says why it cannot be asked.
func ask(ctx context.Context, place daemon.Place, name string, do request) error {
	i := slices.Index(Names(), name)
	if i < 0 {
		return fmt.Errorf("there is no daemon %q, only %s", name, strings.Join(Names(), ", "))
	}
	k := knownDaemons()[i]
	e, err := gather(place)
	if _, alive := e.of(k); !alive {
		return errors.Join(fmt.Errorf("%s is %w: start it first: sudo systemctl start %s", name, daemon.ErrNotRunning, name), err)
	}
	path := daemon.SocketPath(place.RunDir, place.Prefix, name)
	ctx, cancel := context.WithTimeout(ctx, answerPatience)
	defer cancel()
	return answered(name, path, do(ctx, path))
}

// answered is the outcome of a request for people: a daemon's refusal, or why it gave no answer.
func answered(name, path string, err error) error {
	var refused *daemon.AnswerError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused):
		return fmt.Errorf("%s answers: %w", name, refused)
	}
	return fmt.Errorf("%s: %s", name, unanswered(path, err))
}
