package daemon

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// maxAnswerBytes bounds what a client reads of an answer.
const maxAnswerBytes = 16 << 20

// ErrNotRunning is wrapped by the error of a request to a socket on which nobody listens.
var ErrNotRunning = errors.New("not running")

// AnswerError is a daemon's refusal of a request.
type AnswerError struct {
	Status   int // HTTP
	Message  string
	Problems []Problem // of a configuration
}

func (e *AnswerError) Error() string { return e.Message }

// SocketPath is where a daemon's control socket is: <runDir>/<prefix><name>.sock.
func SocketPath(runDir, prefix, name string) string {
	return filepath.Join(runDir, prefix+name+".sock")
}

// Get asks a daemon and decodes the JSON of its answer into answer; an answer of type *[]byte takes it as it comes. Where
// systemd holds the socket, asking starts the daemon.
func Get(ctx context.Context, socketPath, path string, answer any) error {
	return request(ctx, http.MethodGet, socketPath, path, nil, answer)
}

// Post tells a daemon to do something. body goes as JSON, or is nil; answer is as for Get, or nil.
func Post(ctx context.Context, socketPath, path string, body, answer any) error {
	return request(ctx, http.MethodPost, socketPath, path, body, answer)
}

// Patch changes a daemon's parameters; body and answer are as for Post.
func Patch(ctx context.Context, socketPath, path string, body, answer any) error {
	return request(ctx, http.MethodPatch, socketPath, path, body, answer)
}

func request(ctx context.Context, method, socketPath, path string, body, answer any) error {
	t := transport(socketPath)
	t.DisableKeepAlives = true
	return ask(ctx, t, method, socketPath, path, body, answer)
}

// transport takes requests to a socket.
func transport(socketPath string) *http.Transport {
	return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socketPath)
	}}
}

func ask(ctx context.Context, t *http.Transport, method, socketPath, path string, body, answer any) error {
	doing := fmt.Sprintf("asking %s for %s %s", socketPath, method, path)
	var send io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("%s: %w", doing, err)
		}
		send = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://daemon"+path, send)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	resp, err := t.RoundTrip(req)
	switch {
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ECONNREFUSED):
		return fmt.Errorf("%s: %w: start the daemon first", doing, ErrNotRunning)
	case errors.Is(err, unix.EACCES):
		return fmt.Errorf("%s: %w: be in the group of the socket, or use sudo", doing, err)
	case err != nil:
		return fmt.Errorf("%s: %w", doing, err)
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBytes))
	_ = resp.Body.Close()
	if err == nil {
		err = decodeAnswer(resp.StatusCode, text, answer)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

func decodeAnswer(status int, text []byte, answer any) error {
	if status/100 != 2 {
		var e errorAnswer
		if json.Unmarshal(text, &e) != nil || e.Error == "" {
			e.Error = fmt.Sprintf("status %d", status)
		}
		return &AnswerError{Status: status, Message: e.Error, Problems: e.Problems}
	}
	switch answer := answer.(type) {
	case nil:
		return nil
	case *[]byte:
		*answer = text
		return nil
	}
	return json.Unmarshal(text, answer)
}
