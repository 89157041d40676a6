package daemon

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

// reloadPatience bounds the wait for a running daemon's answer to a reload.
const reloadPatience = 10 * time.Second

// reloadAction asks the running daemon to read its configuration again, and tells the result: a unit's ExecReload=. It needs
// nothing but the control socket.
func reloadAction(name string) Action {
	return Action{
		Flag: "reload",
		Doc:  "make the running daemon read its configuration again and exit: 1 when it refuses, with the reason",
		Run: func(ctx context.Context, p Place, stdout io.Writer) error {
			ctx, cancel := context.WithTimeout(ctx, reloadPatience)
			defer cancel()
			var c Change
			if err := Post(ctx, SocketPath(p.RunDir, p.Prefix, name), "/reload", nil, &c); err != nil {
				return err
			}
			_, err := io.WriteString(stdout, c.Text())
			return err
		},
	}
}

// Text tells a change in one line or two.
func (c Change) Text() string {
	text := "nothing changed\n"
	if len(c.Changed) > 0 {
		text = fmt.Sprintf("changed: %s\n", strings.Join(c.Changed, ", "))
	}
	if len(c.Restart) > 0 {
		text += fmt.Sprintf("waiting for a restart: %s\n", strings.Join(c.Restart, ", "))
	}
	return text
}
