package bench

import "fmt"

// payload is a size of record that the pipeline knows.
type payload struct {
	name  string
	bytes int
}

// payloads are a detection record and two sizes of RGB picture.
func payloads() []payload {
	return []payload{
		{"88", 88},
		{"800x600x3", 800 * 600 * 3},
		{"1920x1080x3", 1920 * 1080 * 3},
	}
}

func payloadName(bytes int) string {
	for _, p := range payloads() {
		if p.bytes == bytes && bytes > 1000 {
			return p.name
		}
	}
	return fmt.Sprintf("%d B", bytes)
}
