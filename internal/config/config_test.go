package config

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
)

type shape interface{ Area() float64 }

type square struct {
	Side   float64  `keras:"side" default:"2.0" range:"(0,10]"`
	Scale  *float64 `keras:"scale" default:"0.5"`
	NoFill bool     `keras:"!fill"`
	Ink    string   `keras:"ink" default:"black" null:"none" enum:"black blue"`
	Clip   float64  `keras:"clip" default:"null" range:"(0,inf)"`
	Sizes  []int    `keras:"sizes" default:"1"`
	_      int      // unexported fields are not configuration
}

func (square) Area() float64 { return 4 }

type group struct {
	Count  int     `keras:"count,required" range:"[1,inf)"`
	First  shape   `keras:"first" default:"square"`
	Rest   []shape `keras:"rest"`
	common `default:"name=group"`
}

type common struct {
	Name string `keras:"name"`
}

func (*group) Area() float64 { return 0 }

type rated struct {
	Rate  float64 `keras:"rate" default:"0.01"`
	Curve shape   `keras:"rate"`
}

func (rated) Area() float64 { return 0 }

type noisy struct {
	Noise []int `keras:"noise" null:"-1"`
	Kept  []int `keras:"kept" default:"[-1]" null:"[]" enum:"[]"`
}

func (noisy) Area() float64 { return 0 }

var shapes = NewFamily[shape]("shape", "keras.shapes")

func init() {
	shapes.Register("Square", func() shape { return square{} }, "sq")
	shapes.Register("Group", func() shape { return &group{} })
	shapes.Register("own>Rated", func() shape { return rated{} })
	shapes.Register("Noisy", func() shape { return noisy{} })
}

func TestFillSetsZeroFieldsToTheirDefaults(t *testing.T) {
	s := square{Side: 3}
	Fill(&s)
	if s.Side != 3 || *s.Scale != 0.5 || s.Ink != "black" || s.Clip != 0 || s.Sizes[0] != 1 || s.NoFill {
		t.Errorf("%+v", s)
	}
}

func TestFilledLeavesTheOriginalAlone(t *testing.T) {
	p := &square{}
	a, b := Filled(p), Filled(p)
	if p.Side != 0 || p.Scale != nil || p.Sizes != nil {
		t.Errorf("changed to %+v", *p)
	}
	*a.Scale, a.Sizes[0] = 9, 9
	if *b.Scale != 0.5 || b.Sizes[0] != 1 {
		t.Error("two copies share their defaults")
	}
}

func TestMarshalWritesWhatKerasWrites(t *testing.T) {
	for _, row := range []struct {
		name string
		in   any
		want string
	}{
		{"defaults", square{}, `{"module":"keras.shapes","class_name":"Square","config":{"side":2.0,"scale":0.5,"fill":true,"ink":"black","clip":null,"sizes":1},"registered_name":null}`},
		{"set", &square{Side: 1, Scale: new(0.0), NoFill: true, Ink: "none", Clip: 3, Sizes: []int{1, 2}}, `{"module":"keras.shapes","class_name":"Square","config":{"side":1.0,"scale":0.0,"fill":false,"ink":null,"clip":3.0,"sizes":[1,2]},"registered_name":null}`},
		{"a user's class", rated{Curve: rated{}}, `{"module":"own","class_name":"Rated","config":{"rate":{"module":"own","class_name":"Rated","config":{"rate":0.01},"registered_name":"own\u003eRated"}},"registered_name":"own\u003eRated"}`},
	} {
		got, err := Marshal(row.in)
		if err != nil || string(got) != row.want {
			t.Errorf("%s: got %s (%v)\nwant %s", row.name, got, err, row.want)
		}
	}
}

func TestObjectsSurviveTheirJSON(t *testing.T) {
	in := &group{Count: 2, First: square{Side: 5, NoFill: true}, Rest: []shape{square{Ink: "blue"}, &group{Count: 1}}}
	raw, err := Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	out, err := Unmarshal[shape](raw)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Marshal(out)
	if err != nil || string(again) != string(raw) {
		t.Errorf("got %s (%v)\nwant %s", again, err, raw)
	}
	if g := out.(*group); g.First.(square).Side != 5 || g.Rest[0].(square).Ink != "blue" || g.Name != "group" {
		t.Errorf("%+v", g)
	}
}

func TestUnmarshalRefusesWhatItDoesNotUnderstand(t *testing.T) {
	deep := strings.Repeat(`{"class_name":"Group","config":{"count":1,"first":`, 70) + `"sq"` + strings.Repeat(`}}`, 70)
	for _, row := range []struct{ name, in, want string }{
		{"unknown class", `{"class_name":"Squaer","config":{}}`, `unknown shape "Squaer"; did you mean "Square"?`},
		{"unknown name", `"squre"`, `unknown shape "squre"; did you mean "square"?`},
		{"unknown argument", `{"class_name":"Square","config":{"sdie":1}}`, `Square: unknown argument "sdie"; did you mean "side"?`},
		{"another case of letters", `{"class_name":"Square","config":{"Side":1}}`, `Square: unknown argument "Side"; did you mean "side"?`},
		{"far from all", `{"class_name":"Square","config":{"x":1}}`, `unknown argument "x"; there are side, scale`},
		{"twice", `{"class_name":"Square","config":{"side":1,"side":2}}`, `argument "side" is given twice`},
		{"text for a number", `{"class_name":"Square","config":{"side":"1"}}`, `Square: side: "1"; want a number`},
		{"number for a switch", `{"class_name":"Square","config":{"fill":1}}`, `Square: fill: 1; want true or false`},
		{"fraction for an integer", `{"class_name":"Group","config":{"count":1.5}}`, `Group: count: 1.5; want an integer`},
		{"null for a number", `{"class_name":"Group","config":{"count":null}}`, `Group: count: null; want an integer`},
		{"missing", `{"class_name":"Group","config":{}}`, `Group: argument "count" is missing`},
		{"out of range", `{"class_name":"Square","config":{"side":11}}`, `Square: Side is 11; want a number in (0, 10]`},
		{"zero for a default", `{"class_name":"Square","config":{"side":0}}`, `Square: side: 0; want a number other than that`},
		{"not in the enum", `{"class_name":"Square","config":{"ink":"blak"}}`, `Square: Ink is "blak"; want "black", "blue"; did you mean "black"?`},
		{"in depth", `{"class_name":"Group","config":{"count":1,"rest":[{"class_name":"Square","config":{"ink":7}}]}}`, `Group: rest: Square: ink: 7; want a string`},
		{"too deep", deep, `objects nested more than 64 deep`},
		{"no class", `{"config":{}}`, `shape: an object without class_name`},
		{"unknown member", `{"class_name":"Square","conifg":{}}`, `shape: unknown member "conifg" of an object`},
		{"a list", `[1]`, `shape: [1]; want an object`},
	} {
		_, err := Unmarshal[shape]([]byte(row.in))
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v\nwant %s", row.name, err, row.want)
		}
	}
}

func TestCheckLooksIntoFields(t *testing.T) {
	for _, g := range []*group{{Count: 1, First: square{Side: -1}}, {Count: 1, Rest: []shape{square{}, &square{Side: -1}}}} {
		if err := Check(g); err == nil || !strings.Contains(err.Error(), ": Square: Side is -1; want a number in (0, 10]") {
			t.Errorf("got %v", err)
		}
	}
}

func TestArgumentsOfOneNameGoByTheirKind(t *testing.T) {
	for in, curved := range map[string]bool{`{"rate":0.5}`: false, `{"rate":{"class_name":"Square","config":{}}}`: true, `{"rate":"sq"}`: true} {
		var r rated
		if err := unmarshalConfig(in, &r); err != nil || (r.Curve != nil) != curved {
			t.Errorf("%s: %+v, %v", in, r, err)
		}
	}
}

func TestASingleValueIsAListOfOne(t *testing.T) {
	var s square
	if err := json.Unmarshal([]byte(`{}`), &s); err != nil {
		t.Fatal(err)
	}
	for _, in := range []string{`{"sizes":3}`, `{"sizes":[3]}`, `{"sizes":{"class_name":"__numpy__","config":{"value":[3],"dtype":"int32"}}}`} {
		if err := unmarshalConfig(in, &s); err != nil || len(s.Sizes) != 1 || s.Sizes[0] != 3 {
			t.Errorf("%s: %v, %v", in, s.Sizes, err)
		}
	}
}

func TestSuggestFindsSlipsAndNothingElse(t *testing.T) {
	names := []string{"accuracy", "adam", "mean_squared_error"}
	for in, want := range map[string]string{"acuracy": "accuracy", "adma": "adam", "mean_sqared_error": "mean_squared_error", "xyz": ""} {
		if got := Suggest(in, names); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q", in, got)
		}
	}
}

func FuzzUnmarshalReturnsErrorsAlone(f *testing.F) {
	f.Add(`{"class_name":"Group","config":{"count":1,"rest":["sq"]}}`)
	f.Add(`{"class_name":"Square","config":{"sizes":{"class_name":"__numpy__"}}}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, in string) {
		if s, err := Unmarshal[shape]([]byte(in)); err == nil && s != nil {
			if _, err := Marshal(s); err != nil {
				t.Errorf("%s: read, but not written: %v", in, err)
			}
		}
	})
}

func TestNullAmongElementsIsANumberHere(t *testing.T) {
	for text, want := range map[string][]int{"[null,1,3]": {-1, 1, 3}, "[null]": {-1}, "null": nil} {
		s, err := Unmarshal[shape]([]byte(`{"class_name":"Noisy","config":{"noise":` + text + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := s.(noisy).Noise; !slices.Equal(got, want) || (got == nil) != (want == nil) {
			t.Errorf("%s read as %v", text, got)
		}
		raw, err := Marshal(s)
		if err != nil || !strings.Contains(string(raw), `"noise":`+text) {
			t.Errorf("%s written as %s, %v", text, raw, err)
		}
	}
}

func TestNullIsTheEmptyList(t *testing.T) {
	for text, want := range map[string][]int{"null": {}, "[]": {}, "[2]": {2}} {
		s, err := Unmarshal[shape]([]byte(`{"class_name":"Noisy","config":{"kept":` + text + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := s.(noisy).Kept; got == nil || !slices.Equal(got, want) {
			t.Errorf("%s read as %v", text, got)
		}
	}
}

// unmarshalConfig decodes a bare "config" object into *p, a zero config struct.
func unmarshalConfig(text string, p any) error {
	return decoder{}.config(reflect.ValueOf(p).Elem(), []byte(text))
}
