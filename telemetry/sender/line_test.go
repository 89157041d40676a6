package sender

import (
	"bytes"
	"strings"
	"testing"

	"go.uber.org/zap"
)

// TestLongEntry: what the child is sent can make its log entries longer than its parent reads a line, and must not end it.
func TestLongEntry(t *testing.T) {
	var out bytes.Buffer
	log := newLines(&out).logger()
	log.Warn("first", zap.String("error", strings.Repeat("<", mostLine/2)))
	log.Warn("second", zap.String("key", "ann"))
	heard := make(chan line)
	go hear(&out, heard)
	var said []string
	for x := range heard {
		said = append(said, x.Entry.Message)
		if _, whole := x.Entry.Fields["key"]; x.Entry.Message == "second" && !whole {
			t.Errorf("%+v", x.Entry)
		}
	}
	if strings.Join(said, " ") != "first second" {
		t.Errorf("heard %q", said)
	}
}
