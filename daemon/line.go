package daemon

import (
	"context"
	"net/http"
)

// Line is a connection to a daemon that stays open from one request to the next: whoever has one needs no free descriptor to ask.
// Requests wait for each other. The daemon ends it when it was idle for half a minute; the next request then opens it anew.
type Line struct {
	socketPath string
	transport  *http.Transport
}

// NewLine opens nothing yet.
func NewLine(socketPath string) *Line {
	t := transport(socketPath)
	t.MaxConnsPerHost, t.MaxIdleConnsPerHost = 1, 1
	return &Line{socketPath: socketPath, transport: t}
}

// Get is as the function of that name.
func (l *Line) Get(ctx context.Context, path string, answer any) error {
	return ask(ctx, l.transport, http.MethodGet, l.socketPath, path, nil, answer)
}

// Post is as the function of that name.
func (l *Line) Post(ctx context.Context, path string, body, answer any) error {
	return ask(ctx, l.transport, http.MethodPost, l.socketPath, path, body, answer)
}

// Close ends the connection, once nothing is asked.
func (l *Line) Close() { l.transport.CloseIdleConnections() }
