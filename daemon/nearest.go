package daemon

import "strings"

// nearest is the one of the names that a person most likely meant, or "" when none is near.
func nearest(name string, names []string) string {
	best, bestCost := "", max(1, len(name)/3)+1
	for _, candidate := range names {
		if cost := editDistance(strings.ToLower(name), strings.ToLower(candidate)); cost < bestCost {
			best, bestCost = candidate, cost
		}
	}
	return best
}

// nearestKey is the key that a path most likely meant: a near name in the same section, or the same name in another one.
func nearestKey(path, section string, s *schema, all []string) string {
	name := path[strings.LastIndexByte(path, '.')+1:]
	if near := nearest(name, s.names()); near != "" {
		return join(section, near)
	}
	for _, candidate := range all {
		if candidate[strings.LastIndexByte(candidate, '.')+1:] == name {
			return candidate
		}
	}
	return nearest(path, all)
}

// editDistance counts the insertions, deletions and exchanges of bytes between two names (Levenshtein 1966).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
