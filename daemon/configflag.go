package daemon

import (
	"fmt"
	"reflect"
	"strings"
)

// namedFlag is a use of a flag that stands for a key of the configuration.
type namedFlag struct{ flag, assignment string }

// configFlags declares the flags that the configuration's tags ask for.
func (c *commandLine) configFlags(s *schema, path string) {
	for _, k := range s.keys {
		at := join(path, k.name)
		if k.sub != nil && !k.list {
			c.configFlags(k.sub, at)
		}
		if k.flag == "" {
			continue
		}
		doc := fmt.Sprintf("%s (%s; the key %s)", strings.TrimSuffix(k.doc, "."), k.allowed(), at)
		if k.arg != "" {
			doc = fmt.Sprintf("%s (`%s`; the key %s)", strings.TrimSuffix(k.doc, "."), k.arg, at)
		}
		c.flags.Var(&keyFlag{k, at, &c.named}, k.flag, doc)
	}
}

// keyFlag notes that a key's flag is used. The value is looked at with the rest of the configuration.
type keyFlag struct {
	key  *key
	path string
	used *[]namedFlag
}

// Set is called for each use, with true where a bool stands alone.
func (f *keyFlag) Set(text string) error {
	*f.used = append(*f.used, namedFlag{f.key.flag, f.path + "=" + text})
	return nil
}

// String is the flag's default, which the configuration has.
func (f *keyFlag) String() string { return "" }

// IsBoolFlag lets the flag of a bool stand alone.
func (f *keyFlag) IsBoolFlag() bool { return f.key.typ.Kind() == reflect.Bool }

// Words are what the key may be set to.
func (f *keyFlag) Words() []string { return f.key.oneOf }

// setFlag collects the uses of --set.
type setFlag struct {
	sets *[]string
	root *schema
}

// Set is called for each use.
func (f *setFlag) Set(text string) error {
	*f.sets = append(*f.sets, text)
	return nil
}

// String is the flag's default: nothing is set.
func (f *setFlag) String() string { return "" }

// Words are the beginnings of all assignments: steering.kp=.
func (f *setFlag) Words() []string {
	words := f.root.paths()
	for i := range words {
		words[i] += "="
	}
	return words
}
