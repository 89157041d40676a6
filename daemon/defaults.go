package daemon

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// commentColumns is the width at which comments are broken.
const commentColumns = 100

// WriteDefaults writes cfg, a struct or a pointer to one, as the YAML file that Load reads, with the tags' doc, unit and
// limits as comments. The title stands at the top.
func WriteDefaults(w io.Writer, title string, cfg any) error {
	v := reflect.Indirect(reflect.ValueOf(cfg))
	s, err := schemaOf(v.Type())
	if err != nil {
		return err
	}
	var b bytes.Buffer
	comment(&b, "", title)
	writeSection(&b, v, s, "")
	_, err = w.Write(b.Bytes())
	return err
}

func writeSection(b *bytes.Buffer, v reflect.Value, s *schema, indent string) {
	for i, k := range s.keys {
		field := v.FieldByIndex(k.index)
		if i > 0 || b.Len() > 0 && indent == "" {
			b.WriteString("\n")
		}
		comment(b, indent, k.doc)
		if k.sub != nil && !k.list {
			fmt.Fprintf(b, "%s%s:\n", indent, k.name)
			writeSection(b, field, k.sub, indent+"  ")
			continue
		}
		fmt.Fprintf(b, "%s%s: %s", indent, k.name, formatValue(field, k))
		if note := k.note(); note != "" {
			b.WriteString("  # " + note)
		}
		b.WriteString("\n")
	}
}

// note is the unit and the limits, for the end of a line.
func (k *key) note() string {
	var parts []string
	if k.unit != "" {
		parts = append(parts, k.unit)
	}
	if limits := k.bounds.String(); limits != "" {
		parts = append(parts, limits)
	}
	if len(k.oneOf) > 0 {
		parts = append(parts, "one of "+strings.Join(k.oneOf, ", "))
	}
	if k.live {
		parts = append(parts, "can be changed while running")
	}
	return strings.Join(parts, ", ")
}

// formatValue is a value on one line, as the configuration file spells it.
func formatValue(v reflect.Value, k *key) string {
	if k.list {
		item := *k
		item.list = false
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = formatValue(v.Index(i), &item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	if k.sub == nil {
		return formatScalar(v)
	}
	var parts []string
	for _, sub := range k.sub.keys {
		parts = append(parts, sub.name+": "+formatValue(v.FieldByIndex(sub.index), sub))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func comment(b *bytes.Buffer, indent, text string) {
	for _, paragraph := range strings.Split(text, "\n") {
		line := indent + "#"
		for _, word := range strings.Fields(paragraph) {
			if len(line)+1+len(word) > commentColumns && line != indent+"#" {
				b.WriteString(line + "\n")
				line = indent + "#"
			}
			line += " " + word
		}
		if line != indent+"#" {
			b.WriteString(line + "\n")
		}
	}
}
