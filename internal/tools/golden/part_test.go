package main

import (
	"slices"
	"testing"
)

func TestPartsAreTheWholeOnce(t *testing.T) {
	all := []string{"a", "b", "c", "d", "e", "f", "g"}
	if got := new(part).of(all); !slices.Equal(got, all) {
		t.Errorf("no part: got %v", got)
	}
	var got []string
	for _, text := range []string{"1/3", "2/3", "3/3"} {
		var p part
		if err := p.set(text); err != nil {
			t.Fatal(err)
		}
		got = append(got, p.of(all)...)
	}
	if slices.Sort(got); !slices.Equal(got, all) {
		t.Errorf("three parts: got %v", got)
	}
	for _, text := range []string{"", "0/3", "4/3", "1", "-1/-1"} {
		if err := new(part).set(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
