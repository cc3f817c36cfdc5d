package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// stringEnum matches a field of type string whose tag lists several values.
var stringEnum = regexp.MustCompile("(?m)^\\s+(\\w+)\\s+string\\s+`keras:.*enum:\"\\S+ \\S")

func TestEnumerationsHaveTypes(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() || strings.HasPrefix(s.pkg, "internal/") {
			continue
		}
		text, err := os.ReadFile(filepath.Join("../..", s.path))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range stringEnum.FindAllSubmatch(text, -1) {
			t.Errorf("%s: %s is a string of a few values; give it a type with constants", s.path, m[1])
		}
	}
}
