package main

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"unicode"

	"lanekeeper/shm"
)

// segmentTable lists the fields of a segment's header or slot.
func segmentTable(fields []shm.Field) string {
	var b strings.Builder
	b.WriteString("| offset | type | name | what |\n|---:|---|---|---|\n")
	for _, f := range fields {
		fmt.Fprintf(&b, "| %d | %s | `%s` | %s |\n", f.Offset, f.Type, f.Name, f.Doc)
	}
	return strings.TrimSpace(b.String())
}

// structTable lists the fields of a record.
func (s *source) structTable(t reflect.Type) string {
	var b strings.Builder
	b.WriteString("| offset | type | name | what |\n|---:|---|---|---|\n")
	for f := range t.Fields() {
		name, doc := "`"+snake(f.Name)+"`", s.plain(f.Name, s.fields[t.Name()+"."+f.Name])
		switch {
		case doc == "" && f.Type.PkgPath() != "":
			doc = "see " + strings.ReplaceAll(snake(f.Type.Name()), "_", " ") + " below"
		case f.Name == "Flags":
			doc = "see flags below"
		}
		if f.Name == "_" {
			name, doc = "", "reserved, 0"
		}
		fmt.Fprintf(&b, "| %d | %s | %s | %s |\n", f.Offset, typeName(f.Type), name, doc)
	}
	return b.String() + fmt.Sprintf("\n%d bytes.", t.Size())
}

// plain spells the names of fields in a comment as the page does: those that are no common words, and the field's own.
func (s *source) plain(own, doc string) string {
	for key := range s.fields {
		_, name, _ := strings.Cut(key, ".")
		if name == own || strings.Contains(snake(name), "_") {
			doc = regexp.MustCompile(`\b`+name+`\b`).ReplaceAllString(doc, snake(name))
		}
	}
	return doc
}

// constTable lists the constants of a type whose names begin with prefix.
func (s *source) constTable(typ, prefix string) (string, error) {
	var b strings.Builder
	b.WriteString("| value | name | what |\n|---:|---|---|\n")
	found := false
	for _, c := range s.consts {
		if short, ok := strings.CutPrefix(c.name, prefix); ok && c.typ == typ {
			found = true
			fmt.Fprintf(&b, "| %s | %s | %s |\n", c.value, strings.ReplaceAll(snake(short), "_", " "), s.plain("", c.doc))
		}
	}
	if !found {
		return "", fmt.Errorf("no constants %s… of type %s", prefix, typ)
	}
	return strings.TrimSpace(b.String()), nil
}

func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return fmt.Sprintf("i%d", t.Bits())
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return fmt.Sprintf("u%d", t.Bits())
	case reflect.Float32, reflect.Float64:
		return fmt.Sprintf("f%d", t.Bits())
	case reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return fmt.Sprintf("%d bytes", t.Len())
		}
		return fmt.Sprintf("%d × %s", t.Len(), typeName(t.Elem()))
	}
	return fmt.Sprintf("%s, %d bytes", strings.ToLower(t.Name()), t.Size())
}

// snake is a Go name as other languages write it: FrameID → frame_id, X1 → x1, HasLeftLane → has_left_lane. Short names in
// capitals, such as those of pixel formats, become one word.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 {
			afterSmall := unicode.IsLower(runes[i-1])
			beforeSmall := i+1 < len(runes) && unicode.IsLower(runes[i+1]) && unicode.IsUpper(runes[i-1])
			if afterSmall || beforeSmall {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
