package recording

import (
	"encoding/json"
	"reflect"
	"strings"

	"lanekeeper/telemetry"
)

// kind is what a channel's messages are.
type kind struct{ name, schema string }

// kinds are those of all topics.
func kinds() map[string]kind {
	return map[string]kind{
		telemetry.TopicFrame:     kindOf[telemetry.Frame](),
		telemetry.TopicDetection: kindOf[telemetry.Detection](),
		telemetry.TopicState:     kindOf[telemetry.State](),
		telemetry.TopicLane:      kindOf[telemetry.LaneFound](),
		telemetry.TopicControl:   kindOf[telemetry.Control](),
		telemetry.TopicStatus:    kindOf[telemetry.Status](),
		telemetry.TopicEvent:     kindOf[telemetry.Event](),
		// As https://docs.foxglove.dev/docs/sdk/schemas/compressed-image has it.
		imageTopic: {"foxglove.CompressedImage", object(map[string]any{
			"timestamp": map[string]any{"type": "object", "title": "time", "properties": map[string]any{
				"sec": map[string]any{"type": "integer", "minimum": 0}, "nsec": map[string]any{"type": "integer", "minimum": 0},
			}},
			"frame_id": map[string]any{"type": "string"},
			"data":     map[string]any{"type": "string", "contentEncoding": "base64"},
			"format":   map[string]any{"type": "string"},
		})},
	}
}

func kindOf[T any]() kind {
	t := reflect.TypeFor[T]()
	return kind{"lanekeeper." + t.Name(), object(properties(t))}
}

func object(properties map[string]any) string {
	text, err := json.Marshal(map[string]any{"type": "object", "properties": properties})
	if err != nil {
		panic(err) // maps and text
	}
	return string(text)
}

// properties are the fields of a struct as its JSON has them.
func properties(t reflect.Type) map[string]any {
	p := map[string]any{}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		p[name] = schemaOf(f.Type)
	}
	return p
}

// schemaOf is the JSON Schema of a type that telemetry has. A type that is a pointer may be null.
func schemaOf(t reflect.Type) any {
	switch t.Kind() {
	case reflect.Pointer:
		return map[string]any{"oneOf": []any{schemaOf(t.Elem()), map[string]any{"type": "null"}}}
	case reflect.Struct:
		return map[string]any{"type": "object", "properties": properties(t)}
	case reflect.Slice, reflect.Array:
		if t == reflect.TypeFor[json.RawMessage]() {
			return map[string]any{"type": "object"}
		}
		return map[string]any{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	}
	return map[string]any{"type": "integer"}
}
