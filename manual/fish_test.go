package manual

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const singleFish = `# Completion of lamp-d for fish. Written by docs/gen from the command's own flags: make docs writes it anew.

complete -c lamp-d -f
complete -c lamp-d -l colour -x -a 'red sky\\ blue' -d 'its \'colour\''
complete -c lamp-d -l config -r -F -d 'YAML [file]'
complete -c lamp-d -l help -d 'help'
complete -c lamp-d -l map -r -F -a 'park' -d 'a known map or a file'
complete -c lamp-d -l power -x -d 'its power'
complete -c lamp-d -l set -x -a 'a.b= a.c=' -d 'set a key'
`

const severalFish = `# Completion of lamp for fish. Written by docs/gen from the command's own flags: make docs writes it anew.

complete -c lamp -f
complete -c lamp -n __fish_use_subcommand -a 'show' -d 'show: what\'s on'
complete -c lamp -n __fish_use_subcommand -a 'off' -d 'all off'

complete -c lamp -n '__fish_seen_subcommand_from show' -F
complete -c lamp -n '__fish_seen_subcommand_from show' -l dir -x -a '(__fish_complete_directories)' -d 'where'
complete -c lamp -n '__fish_seen_subcommand_from show' -l json -d 'as JSON'

complete -c lamp -n '__fish_seen_subcommand_from off' -a 'lamp-d all one'
`

func TestWriteFish(t *testing.T) {
	for _, c := range []struct {
		command Command
		want    string
	}{{single(), singleFish}, {several(), severalFish}} {
		var b strings.Builder
		if err := WriteFish(&b, c.command); err != nil {
			t.Fatal(err)
		}
		if b.String() != c.want {
			t.Errorf("got\n%s\nwant\n%s", b.String(), c.want)
		}
	}
}

// TestFishCompletes has fish complete lines.
func TestFishCompletes(t *testing.T) {
	fish := tool(t, "fish")
	for _, c := range []struct {
		command Command
		line    string
		want    string
	}{
		{single(), "lamp-d --co", "--colour\tits 'colour'\n--config\tYAML [file]\n"},
		{single(), "lamp-d --colour ", "red\tits 'colour'\nsky blue\tits 'colour'\n"},
		{single(), "lamp-d --set a.c", "a.c=\tset a key\n"},
		{single(), "lamp-d ", ""},
		{several(), "lamp ", "off\tall off\nshow\tshow: what's on\n"},
		{several(), "lamp show --", "--dir\twhere\n--json\tas JSON\n"},
		{several(), "lamp show pa", "part.yaml\n"},
		{several(), "lamp off pa", ""},
		{several(), "lamp off a", "all\n"},
	} {
		var script strings.Builder
		if err := WriteFish(&script, c.command); err != nil {
			t.Fatal(err)
		}
		script.WriteString("complete -C " + fishQuote(c.line) + "\n")
		cmd := command(t, fish, "--no-config", "-c", script.String())
		cmd.Env = append(cmd.Env, "XDG_RUNTIME_DIR="+cmd.Dir, "XDG_DATA_HOME="+cmd.Dir, "XDG_CONFIG_HOME="+cmd.Dir)
		if err := os.WriteFile(filepath.Join(cmd.Dir, "part.yaml"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil || string(out) != c.want {
			t.Errorf("%q: %q, %v; want %q", c.line, out, err, c.want)
		}
	}
}
