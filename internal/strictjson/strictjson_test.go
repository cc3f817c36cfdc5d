package strictjson

import (
	"strings"
	"testing"
)

func TestCheckFindsEachFault(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"good", `{"a":[1,2.5e3,{"b":null}],"c":"x"}`, ""},
		{"twice", `{"a":1,"a":2}`, `"a" occurs twice`},
		{"deep", strings.Repeat("[", 100000), "deep"},
		{"number", strings.Repeat("1", 100000), "a number of"},
		{"utf16", "{\x00\"\x00}\x00\xff\xfe", "UTF-8"},
		{"tail", `{} {}`, "follows"},
		{"cut", `{"a":`, "EOF"},
		{"nan", `{"a":NaN}`, "invalid character"},
	} {
		err := Check([]byte(c.data))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: got %v; want %q", c.name, err, c.want)
		}
	}
}
