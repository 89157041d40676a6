package manual

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteZsh writes the command's completion for zsh, a file for a folder of $fpath.
func WriteZsh(w io.Writer, c Command) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "#compdef %s\n# Written by docs/gen from the command's own flags: make docs writes it anew.\n\n", c.Name)
	if len(c.Commands) == 0 {
		zshArguments(b, "", c)
		return b.Flush()
	}
	fmt.Fprint(b, "local curcontext=$curcontext state line\nlocal -a commands\ntypeset -A opt_args\n\n")
	fmt.Fprint(b, "_arguments -C '1: :->command' '*:: :->argument' && return\n\ncase $state in\ncommand)\n\tcommands=(\n")
	for _, sub := range c.Commands {
		fmt.Fprintf(b, "\t\t%s\n", shellQuote(zshEscape(sub.short(), ":")+":"+sub.Summary))
	}
	fmt.Fprint(b, "\t)\n\t_describe -t commands command commands\n\t;;\nargument)\n\tcase $words[1] in\n")
	for _, sub := range c.Commands {
		fmt.Fprintf(b, "\t%s)\n", sub.short())
		zshArguments(b, "\t\t", sub)
		fmt.Fprint(b, "\t\t;;\n")
	}
	fmt.Fprint(b, "\tesac\n\t;;\nesac\n")
	return b.Flush()
}

// zshArguments writes the call of _arguments that completes a command.
func zshArguments(b io.Writer, indent string, c Command) {
	fmt.Fprint(b, indent+"_arguments")
	for _, o := range c.Options {
		fmt.Fprintf(b, " \\\n%s\t%s", indent, shellQuote(zshOption(o)))
	}
	if action := zshAction("argument", c.offers(), c.takes()); action != "" {
		fmt.Fprintf(b, " \\\n%s\t%s", indent, shellQuote("*:argument:"+action))
	}
	fmt.Fprint(b, "\n")
}

// zshOption is a flag as _arguments reads it: '*--set=[explanation]:value:(words)'.
func zshOption(o Option) string {
	spec := "--" + o.Name
	if o.Repeat {
		spec = "*" + spec
	}
	if o.Value != "" {
		spec += "=" // or as the next word
	}
	spec += "[" + zshEscape(o.brief(), "[]:") + "]"
	if o.Value == "" {
		return spec
	}
	name := zshEscape(o.Value, ":")
	return spec + ":" + name + ":" + zshAction(name, o.Words, o.takes())
}

// zshAction is what completes a value of that name, nothing where nothing is known of it.
func zshAction(name string, offers []string, p paths) string {
	if len(offers) == 0 {
		return p.zsh()
	}
	words := make([]string, len(offers))
	more := false
	for i, word := range offers {
		words[i] = zshEscape(word, ": ()")
		more = more || strings.HasSuffix(word, "=")
	}
	list := strings.Join(words, " ")
	switch {
	case p != noPaths:
		// A space before an action keeps _arguments from adding options of its own to the call.
		return ` _alternative "words\:` + name + `\:(` + list + `)" "files\:file\:` + p.zsh() + `"`
	case more:
		return `compadd -S "" - ` + list
	}
	return "(" + list + ")"
}

// zsh is the function that completes such paths.
func (p paths) zsh() string {
	return [...]string{noPaths: "", files: "_files", folders: "_files -/"}[p]
}

// zshEscape puts a backslash before itself and before each of the characters.
func zshEscape(s, characters string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '\\' || strings.ContainsRune(characters, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
