package manual

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const severalBash = `
_lamp_show() {
	case $before in
	--dir | -dir)
		_lamp__paths -d
		return
		;;
	esac
	[[ -z $assigned ]] || return
	if [[ $word != -* ]]; then
		_lamp__paths -f
		return
	fi
	_lamp__words --dir --json
}

_lamp_off() {
	[[ -z $assigned ]] || return
	if [[ $word != -* ]]; then
		_lamp__words lamp-d all one
		return
	fi
}

_lamp() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} assigned=
	COMPREPLY=()
	if [[ $word == = ]]; then
		word='' assigned=1
	elif [[ $before == = ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]} assigned=1
	fi
	if ((COMP_CWORD == 1)); then
		_lamp__words show off
		return
	fi
	case ${COMP_WORDS[1]} in
	show) _lamp_show ;;
	off) _lamp_off ;;
	esac
}

complete -F _lamp lamp
`

func TestWriteBash(t *testing.T) {
	var b strings.Builder
	if err := WriteBash(&b, several()); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(b.String(), severalBash) {
		t.Errorf("got\n%s\nwant at its end\n%s", b.String(), severalBash)
	}
}

// TestBashCompletes has bash complete lines, each given as readline breaks it, with = a word of its own.
func TestBashCompletes(t *testing.T) {
	bash := tool(t, "bash")
	for _, c := range []struct {
		command Command
		words   []string
		want    []string
	}{
		{single(), []string{"lamp-d", ""}, []string{"--colour", "--config", "--help", "--map", "--power", "--set"}},
		{single(), []string{"lamp-d", "--co"}, []string{"--colour", "--config"}},
		{single(), []string{"lamp-d", "-"}, []string{"--colour", "--config", "--help", "--map", "--power", "--set"}},
		{single(), []string{"lamp-d", "x"}, nil},
		{single(), []string{"lamp-d", "--colour", ""}, []string{"red", "sky blue"}},
		{single(), []string{"lamp-d", "-colour", "s"}, []string{"sky blue"}},
		{single(), []string{"lamp-d", "--colour", "="}, []string{"red", "sky blue"}},
		{single(), []string{"lamp-d", "--colour", "=", "r"}, []string{"red"}},
		{single(), []string{"lamp-d", "--config", ""}, []string{"a folder", "a*", "part.yaml"}},
		{single(), []string{"lamp-d", "--config", "=", "p"}, []string{"part.yaml"}},
		{single(), []string{"lamp-d", "--map", "pa"}, []string{"park", "part.yaml"}},
		{single(), []string{"lamp-d", "--power", ""}, nil},
		{single(), []string{"lamp-d", "--power", "="}, nil},
		{single(), []string{"lamp-d", "--help", "="}, nil},
		{single(), []string{"lamp-d", "--set", "a."}, []string{"a.b=", "a.c="}},
		{single(), []string{"lamp-d", "--set", "a.b", "="}, nil},
		{single(), []string{"lamp-d", "--colour", "red", "--h"}, []string{"--help"}},
		{several(), []string{"lamp", ""}, []string{"show", "off"}},
		{several(), []string{"lamp", "s"}, []string{"show"}},
		{several(), []string{"lamp", "none", ""}, nil},
		{several(), []string{"lamp", "off", ""}, []string{"lamp-d", "all", "one"}},
		{several(), []string{"lamp", "off", "-"}, nil},
		{several(), []string{"lamp", "show", ""}, []string{"a folder", "a*", "part.yaml"}},
		{several(), []string{"lamp", "show", "--"}, []string{"--dir", "--json"}},
		{several(), []string{"lamp", "show", "--dir", ""}, []string{"a folder"}},
		{several(), []string{"lamp", "show", "--json", "p"}, []string{"part.yaml"}},
	} {
		var script strings.Builder
		if err := WriteBash(&script, c.command); err != nil {
			t.Fatal(err)
		}
		script.WriteString("COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1))\n" + c.command.function() +
			"\nfor reply in \"${COMPREPLY[@]}\"; do printf '%s\\n' \"$reply\"; done\n")
		cmd := command(t, bash, append([]string{"--norc", "-u", "-c", script.String(), "bash"}, c.words...)...)
		for _, name := range []string{"part.yaml", "a*"} {
			if err := os.WriteFile(filepath.Join(cmd.Dir, name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Mkdir(filepath.Join(cmd.Dir, "a folder"), 0o700); err != nil {
			t.Fatal(err)
		}
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		got := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
		if len(out) == 0 {
			got = nil
		}
		if i := slices.Index(got, "a*"); i >= 0 { // files come as the folder has them
			slices.Sort(got)
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, %v; want %q", c.words, got, err, c.want)
		}
	}
}
