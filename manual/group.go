package manual

import (
	"slices"
	"strings"
)

// Grouped is the command as completion takes it: commands of two words, such as calibrate camera and calibrate ground,
// become one of the first word, which offers the second ones and the flags of all.
func Grouped(c Command) Command {
	var commands []Command
	for _, sub := range c.Commands {
		first, second, two := strings.Cut(strings.TrimPrefix(sub.Name, c.Name+" "), " ")
		if !two {
			commands = append(commands, sub)
			continue
		}
		name := c.Name + " " + first
		i := slices.IndexFunc(commands, func(g Command) bool { return g.Name == name })
		if i < 0 {
			i = len(commands)
			commands = append(commands, Command{Name: name, Part: sub.Part})
		}
		commands[i].join(second, sub)
	}
	c.Commands = commands
	return c
}

// join takes another command into the group.
func (c *Command) join(word string, sub Command) {
	if c.Summary != "" {
		c.Summary += "; "
	}
	c.Summary += word + ": " + sub.Summary
	c.Arguments += sub.Arguments
	c.Words = append(append(c.Words, word), sub.Words...)
	for _, o := range sub.Options {
		if !slices.ContainsFunc(c.Options, func(p Option) bool { return p.Name == o.Name }) {
			c.Options = append(c.Options, o)
		}
	}
}
