package manual

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// bashHead holds the two helpers of every script; NAME is the function's name. The readers of a line run in the scope of
// the function that calls them, where word is what is to be completed.
const bashHead = `# Completion of COMMAND for bash. Written by docs/gen from the command's own flags: make docs writes it anew.

# Offers those of the words that begin as the one on the line does.
NAME__words() {
	local w
	for w; do
		[[ $w == "$word"* ]] || continue
		COMPREPLY+=("$w")
		[[ $w != *= ]] || compopt -o nospace 2>/dev/null
	done
}

# Offers files (-f) or folders (-d).
NAME__paths() {
	compopt -o filenames 2>/dev/null
	mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen "$1" -- "$word")
}
`

// bashMain begins the function that bash calls. Readline takes the = of --flag=value for a word of its own.
const bashMain = `
NAME() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} assigned=
	COMPREPLY=()
	if [[ $word == = ]]; then
		word='' assigned=1
	elif [[ $before == = ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]} assigned=1
	fi
`

// WriteBash writes the command's completion for bash 4 and later. It needs no other package.
func WriteBash(w io.Writer, c Command) error {
	b := bufio.NewWriter(w)
	names := strings.NewReplacer("COMMAND", c.Name, "NAME", c.function())
	_, _ = b.WriteString(names.Replace(bashHead))
	for _, sub := range c.Commands {
		fmt.Fprintf(b, "\n%s() {\n", sub.function())
		bashBody(b, c.function(), sub)
		fmt.Fprint(b, "}\n")
	}
	_, _ = b.WriteString(names.Replace(bashMain))
	if len(c.Commands) == 0 {
		bashBody(b, c.function(), c)
	} else {
		fmt.Fprintf(b, "\tif ((COMP_CWORD == 1)); then\n\t\t%s__words", c.function())
		for _, sub := range c.Commands {
			fmt.Fprint(b, " "+shellQuote(sub.short()))
		}
		fmt.Fprint(b, "\n\t\treturn\n\tfi\n\tcase ${COMP_WORDS[1]} in\n")
		for _, sub := range c.Commands {
			fmt.Fprintf(b, "\t%s) %s ;;\n", sub.short(), sub.function())
		}
		fmt.Fprint(b, "\tesac\n")
	}
	fmt.Fprintf(b, "}\n\ncomplete -F %s %s\n", c.function(), c.Name)
	return b.Flush()
}

// bashBody completes the value of the flag before, else a flag or an argument.
func bashBody(b io.Writer, prefix string, c Command) {
	patterns := map[string][]string{} // of the flags whose values are completed in the same way
	var ways []string
	for _, o := range c.Options {
		if o.Value == "" {
			continue
		}
		way := bashValue(prefix, o.Words, o.takes())
		if patterns[way] == nil {
			ways = append(ways, way)
		}
		patterns[way] = append(patterns[way], fmt.Sprintf("--%s | -%s", o.Name, o.Name))
	}
	if len(ways) > 0 {
		fmt.Fprint(b, "\tcase $before in\n")
		for _, way := range ways {
			fmt.Fprintf(b, "\t%s)\n%s\t\treturn\n\t\t;;\n", strings.Join(patterns[way], " | "), way)
		}
		fmt.Fprint(b, "\tesac\n")
	}
	fmt.Fprint(b, "\t[[ -z $assigned ]] || return\n")
	if way := bashValue(prefix, c.offers(), c.takes()); way != "" {
		fmt.Fprintf(b, "\tif [[ $word != -* ]]; then\n%s\t\treturn\n\tfi\n", way)
	}
	if len(c.Options) == 0 {
		return
	}
	fmt.Fprintf(b, "\t%s__words", prefix)
	for _, o := range c.Options {
		fmt.Fprint(b, " --"+o.Name)
	}
	fmt.Fprint(b, "\n")
}

// bashValue is the lines that complete a value, none where nothing is known of it.
func bashValue(prefix string, offers []string, p paths) string {
	lines := ""
	if len(offers) > 0 {
		lines = "\t\t" + prefix + "__words"
		for _, word := range offers {
			lines += " " + shellQuote(word)
		}
		lines += "\n"
	}
	if letter := p.letter(); letter != "" {
		lines += "\t\t" + prefix + "__paths " + letter + "\n"
	}
	return lines
}

// letter is the flag of compgen for such paths.
func (p paths) letter() string { return [...]string{noPaths: "", files: "-f", folders: "-d"}[p] }

// shellQuote is a word as bash and zsh read it.
func shellQuote(word string) string {
	special := func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=", r)
	}
	if word != "" && !strings.ContainsFunc(word, special) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
