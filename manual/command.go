package manual

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Command is a program, or one of the commands that a program has.
type Command struct {
	Name        string   // as it is called: lanectl, lanectl status
	Part        int      // of the manual: 1, 8
	Summary     string   // one line
	Arguments   string   // what follows the name: [flags] FILE…
	Words       []string // values to offer for its arguments, beside the choices such as [camera|sim] that Arguments names
	Description []string // paragraphs
	Options     []Option
	Commands    []Command // each has a page of its own
	Sections    []Section // what else its page tells, after the options
	SeeAlso     []string  // camerad(8)
}

// Section is a titled part of a page.
type Section struct {
	Title    string
	Text     []string // paragraphs
	Items    []Item
	Sections []Section // one level more; theirs are not written
}

// Item is a term and its explanation.
type Item struct {
	Term string
	Text string
}

// Page is the name of the command's page: lanectl-status.
func (c Command) Page() string { return strings.ReplaceAll(c.Name, " ", "-") }

// Reference is how other pages name it: lanectl-status(1).
func (c Command) Reference() string { return fmt.Sprintf("%s(%d)", c.Page(), c.Part) }

// short is the last word of the name: what is typed to choose the command.
func (c Command) short() string { return c.Name[strings.LastIndex(c.Name, " ")+1:] }

// takes is what the command's arguments are, by the words in capitals.
func (c Command) takes() paths {
	switch {
	case strings.Contains(c.Arguments, "FILE"):
		return files
	case strings.Contains(c.Arguments, "FOLDER"), strings.Contains(c.Arguments, "DIRECTORY"):
		return folders
	}
	return noPaths
}

// offers lists the words to offer for the command's arguments.
func (c Command) offers() []string {
	words := slices.Clone(c.Words)
	for _, argument := range strings.Fields(c.Arguments) {
		argument = strings.Trim(argument, "[]…")
		if choices := strings.Split(argument, "|"); len(choices) > 1 && argument == strings.ToLower(argument) && !slices.Contains(choices, "") {
			words = append(words, choices...)
		}
	}
	return words
}

// function is a name for the command's function in a shell.
func (c Command) function() string {
	return "_" + strings.NewReplacer("-", "_", " ", "_").Replace(c.Name)
}

// Check says what is missing from a command that is to have a page.
func (c Command) Check() error {
	switch {
	case c.Name == "" || c.Part == 0:
		return errors.New("describing a command: no name, or no part of the manual")
	case c.Summary == "" || len(c.Description) == 0:
		return fmt.Errorf("describing %s: no summary, or no description", c.Name)
	}
	for _, o := range c.Options {
		if o.Doc == "" {
			return fmt.Errorf("describing %s: --%s: no usage text", c.Name, o.Name)
		}
	}
	for _, sub := range c.Commands {
		if err := sub.Check(); err != nil {
			return err
		}
	}
	return nil
}
