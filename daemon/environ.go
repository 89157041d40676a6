package daemon

import (
	"fmt"
	"reflect"
)

// Environ is a configuration, or some sections of one, as the environment variables that the daemon of that name reads it
// from: each key of v as NAME=value.
func Environ(name string, v any) ([]string, error) {
	value := reflect.ValueOf(v)
	s, err := schemaOf(value.Type())
	if err != nil {
		return nil, fmt.Errorf("writing the environment of %s: %w", name, err)
	}
	var list []string
	s.walk(value, "", func(path string, k *key, v reflect.Value) {
		text := formatValue(v, k)
		if v.Kind() == reflect.String { // as it is: no YAML is read there
			text = v.String()
		}
		list = append(list, environmentPrefix(name)+variableName(path)+"="+text)
	})
	return list, nil
}
