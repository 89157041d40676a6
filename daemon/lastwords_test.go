package daemon

import (
	"errors"
	"maps"
	"path/filepath"
	"testing"
	"time"
)

// TestLastWords has one entry for each problem of a configuration, and one for any other error.
func TestLastWords(t *testing.T) {
	cfg := testConfig{}
	bad := Load(&cfg, Text("testd.yaml", []byte("steering:\n  kp: 200\nmethodd: cv\n")))
	for _, c := range []struct {
		err  error
		want []map[string]string
	}{
		{bad, []map[string]string{{
			"MESSAGE_ID": string(idBadConfig), "CONFIG_FILE": "testd.yaml", "CONFIG_LINE": "2", "CONFIG_KEY": "steering.kp",
			"CONFIG_VALUE": "200", "CONFIG_ALLOWED": "a number from 0 to 10 (1/m)", "EXIT_CODE": "78",
			"ERROR": "testd.yaml:2: steering.kp: 200 given, a number from 0 to 10 (1/m) expected",
		}, {
			"MESSAGE_ID": string(idBadConfig), "CONFIG_FILE": "testd.yaml", "CONFIG_LINE": "3", "CONFIG_KEY": "methodd",
			"CONFIG_NEAREST": "method", "EXIT_CODE": "78",
		}}},
		{errors.New("turning the wheel: no wheel"), []map[string]string{{
			"MESSAGE_ID": string(idFailed), "ERROR": "turning the wheel: no wheel", "EXIT_CODE": "1",
			"MESSAGE": "the daemon failed: turning the wheel: no wheel (exit_code=1)",
		}}},
		{&actionError{"halt", errors.New("halting: no wheel")}, []map[string]string{{
			"MESSAGE_ID": string(idAction), "ERROR": "halting: no wheel", "ACTION": "halt",
			"MESSAGE": "an action failed: halting: no wheel (exit_code=1)",
		}}},
	} {
		journal := listenJournal(t)
		sent := make(chan bool, 1)
		go func() { sent <- sendError(journal.LocalAddr().String(), "testd", c.err) }()
		for _, want := range c.want {
			got := readJournal(t, journal)
			want["PRIORITY"], want["SYSLOG_IDENTIFIER"] = "3", "testd"
			known := maps.Clone(got)
			maps.DeleteFunc(known, func(name, value string) bool { return want[name] != value })
			if !maps.Equal(known, want) {
				t.Errorf("sent %v\nwant %v", got, want)
			}
		}
		if !<-sent {
			t.Errorf("%v: was sent and counts as not sent", c.err)
		}
	}
	if sendError(filepath.Join(t.TempDir(), "none"), "testd", bad) {
		t.Error("no journal is there, and has taken it")
	}
}

// TestLastWordsWait until the journal has read them: journald looks the sender up only then.
func TestLastWordsWait(t *testing.T) {
	journal := listenJournal(t)
	socket, err := openJournal(journal.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer socket.close()
	if err := socket.send([]byte("MESSAGE=last\n")); err != nil {
		t.Fatal(err)
	}
	if socket.drain(5 * time.Millisecond) {
		t.Error("nobody has read, and it does not wait")
	}
	readJournal(t, journal)
	if !socket.drain(patience) {
		t.Error("it has been read, and is waited for")
	}
}
