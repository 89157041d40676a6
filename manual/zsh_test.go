package manual

import (
	"strings"
	"testing"
)

const singleZsh = `#compdef lamp-d
# Written by docs/gen from the command's own flags: make docs writes it anew.

_arguments \
	'--colour=[its '\''colour'\'']:name:(red sky\ blue)' \
	'--config=[YAML \[file\]]:file:_files' \
	'--help[help]' \
	'--map=[a known map or a file]:file: _alternative "words\:file\:(park)" "files\:file\:_files"' \
	'--power=[its power]:watts:' \
	'*--set=[set a key]:key=value:compadd -S "" - a.b= a.c='
`

const severalZsh = `#compdef lamp
# Written by docs/gen from the command's own flags: make docs writes it anew.

local curcontext=$curcontext state line
local -a commands
typeset -A opt_args

_arguments -C '1: :->command' '*:: :->argument' && return

case $state in
command)
	commands=(
		'show:show: what'\''s on'
		'off:all off'
	)
	_describe -t commands command commands
	;;
argument)
	case $words[1] in
	show)
		_arguments \
			'--dir=[where]:folder:_files -/' \
			'--json[as JSON]' \
			'*:argument:_files'
		;;
	off)
		_arguments \
			'*:argument:(lamp-d all one)'
		;;
	esac
	;;
esac
`

func TestWriteZsh(t *testing.T) {
	for _, c := range []struct {
		command Command
		want    string
	}{{single(), singleZsh}, {several(), severalZsh}} {
		var b strings.Builder
		if err := WriteZsh(&b, c.command); err != nil {
			t.Fatal(err)
		}
		if b.String() != c.want {
			t.Errorf("got\n%s\nwant\n%s", b.String(), c.want)
		}
	}
}

// TestZshReads has zsh read what was written, without running it.
func TestZshReads(t *testing.T) {
	zsh := tool(t, "zsh")
	for _, c := range []Command{single(), several()} {
		var script strings.Builder
		if err := WriteZsh(&script, c); err != nil {
			t.Fatal(err)
		}
		cmd := command(t, zsh, "-f", "-n", "/dev/stdin")
		cmd.Stdin = strings.NewReader(script.String())
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v: %s", c.Name, err, out)
		}
	}
}
