// Package strictjson checks untrusted JSON: no duplicate names in an object, no deep nesting, no
// overlong numbers, valid UTF-8 and nothing after the value. Data that passes is safe to decode
// with encoding/json, which is lax in all of these.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Limits that [Check] enforces.
const (
	MaxDepth  = 200 // nesting of objects and lists
	MaxNumber = 64  // characters in a number
)

// Check returns an error for the first fault in data.
func Check(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("the JSON is not valid UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := value(d, 0); err != nil {
		return fmt.Errorf("JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("JSON: something follows the value")
	}
	return nil
}

func value(d *json.Decoder, depth int) error {
	if depth > MaxDepth {
		return fmt.Errorf("nested more than %d deep", MaxDepth)
	}
	t, err := d.Token()
	if err != nil {
		return err
	}
	switch t := t.(type) {
	case json.Number:
		if len(t) > MaxNumber {
			return fmt.Errorf("a number of %d characters", len(t))
		}
	case json.Delim:
		if t == '{' {
			return object(d, depth)
		}
		for d.More() {
			if err := value(d, depth+1); err != nil {
				return err
			}
		}
		_, err = d.Token()
	}
	return err
}

func object(d *json.Decoder, depth int) error {
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		name := t.(string)
		if seen[name] {
			return fmt.Errorf("the name %.40q occurs twice in an object", name)
		}
		seen[name] = true
		if err := value(d, depth+1); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}
