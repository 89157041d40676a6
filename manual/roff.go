package manual

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// roffColumns is the width at which a source line is broken; man fills them anew.
const roffColumns = 100

// WriteRoff writes the command's page for man, in the macros of man(7) and ASCII alone.
func WriteRoff(w io.Writer, c Command) error {
	p := roff{bufio.NewWriter(w)}
	p.line(`.\" Written by docs/gen from what the command itself declares: make docs writes it anew.`)
	p.line(fmt.Sprintf(`.TH %s %d "" Lanekeeper "Lanekeeper manual"`, escape(strings.ToUpper(c.Page())), c.Part))
	p.line(".nh") // what is broken by hyphens cannot be copied
	p.line(".ad l")
	p.line(".SH NAME")
	p.line(escape(c.Page()) + ` \- ` + escape(c.Summary))
	p.line(".SH SYNOPSIS")
	p.line(`\fB` + escape(c.Name) + `\fR ` + placeholders(c.Arguments))
	p.line(".SH DESCRIPTION")
	p.paragraphs(c.Description)
	if len(c.Commands) > 0 {
		p.line(".SH COMMANDS")
		for _, sub := range c.Commands {
			p.item(`\fB`+escape(strings.TrimPrefix(sub.Name, c.Name+" "))+`\fR`, sub.Summary+"; see "+sub.Reference())
		}
	}
	if len(c.Options) > 0 {
		p.line(".SH OPTIONS")
		for _, o := range c.Options {
			p.option(o)
		}
	}
	for _, s := range c.Sections {
		p.section(".SH ", s)
		for _, sub := range s.Sections {
			p.section(".SS ", sub)
		}
	}
	if len(c.SeeAlso) > 0 {
		p.line(".SH SEE ALSO")
		for i, other := range c.SeeAlso {
			name, part, _ := strings.Cut(other, "(")
			comma := ","
			if i == len(c.SeeAlso)-1 {
				comma = ""
			}
			p.line(fmt.Sprintf(".BR %s (%s%s", escape(name), part, comma))
		}
	}
	return p.w.Flush()
}

// roff writes lines. The first error stays in the bufio.Writer until it is flushed.
type roff struct{ w *bufio.Writer }

func (p roff) line(s string) {
	_, _ = p.w.WriteString(s + "\n")
}

// paragraphs writes each text as a paragraph, and lines that are indented as they are.
func (p roff) paragraphs(texts []string) {
	for i, t := range texts {
		if strings.HasPrefix(t, " ") {
			p.line(".PP\n.RS 4\n.nf")
			for _, line := range strings.Split(t, "\n") {
				p.line(guard(escape(strings.TrimSpace(line))))
			}
			p.line(".fi\n.RE")
			continue
		}
		if i > 0 {
			p.line(".PP")
		}
		p.text(t)
	}
}

// text writes one paragraph, broken at words.
func (p roff) text(s string) {
	line := ""
	for _, word := range strings.Fields(s) {
		word = escape(word)
		if line != "" && len(line)+1+len(word) > roffColumns {
			p.line(guard(line))
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		p.line(guard(line))
	}
}

func (p roff) item(term, text string) {
	p.line(".TP\n" + term)
	p.text(text)
}

func (p roff) option(o Option) {
	term := `\fB` + escape("--"+o.Name) + `\fR`
	if o.Value != "" {
		term += ` \fI` + escape(o.Value) + `\fR`
	}
	doc := o.Doc
	if o.Default != "" {
		doc += " (default " + o.Default + ")"
	}
	p.item(term, doc)
}

func (p roff) section(macro string, s Section) {
	p.line(macro + escape(s.Title))
	p.paragraphs(s.Text)
	for _, i := range s.Items {
		p.item(`\fB`+escape(i.Term)+`\fR`, i.Text)
	}
}

// placeholders sets the words in capitals in italics: what is to be replaced.
func placeholders(arguments string) string {
	var b strings.Builder
	for arguments != "" {
		end := strings.IndexFunc(arguments, func(r rune) bool { return !unicode.IsLetter(r) })
		switch {
		case end < 0:
			end = len(arguments)
		case end == 0:
			_, end = utf8.DecodeRuneInString(arguments)
		}
		word := arguments[:end]
		if arguments = arguments[end:]; word == strings.ToUpper(word) && word != strings.ToLower(word) {
			b.WriteString(`\fI` + word + `\fR`)
			continue
		}
		b.WriteString(escape(word))
	}
	return b.String()
}

// guard keeps roff from taking a line of text for a request.
func guard(line string) string {
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		return `\&` + line
	}
	return line
}

// escape is text as roff shows it unchanged: hyphens and quotes that can be copied, and nothing beyond ASCII.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\\':
			b.WriteString(`\e`)
		case r == '-':
			b.WriteString(`\-`)
		case r == '\'':
			b.WriteString(`\(aq`)
		case r == '"':
			b.WriteString(`\(dq`)
		case r == '`':
			b.WriteString(`\(ga`)
		case r == '^':
			b.WriteString(`\(ha`)
		case r == '~':
			b.WriteString(`\(ti`)
		case r > '~':
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
