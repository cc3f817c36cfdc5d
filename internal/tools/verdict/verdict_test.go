package main

import (
	"os"
	"strings"
	"testing"
)

// The published curves are beside the repository; every sixth of them is in testdata.
const (
	published = "../../../../shared/curves"
	slice     = "testdata/curves"
	page      = "../../../docs/overfitting.md"
)

func scoreOf(t *testing.T, dir string, told bool) score {
	t.Helper()
	s, err := judge(dir, told)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func publishedCurves(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat(published); err != nil {
		t.Skip("the published curves are not beside the repository; the slice is tested")
	}
	return published
}

// The limits are the current scores: anyone who lowers one must state why.
func TestVerdictsAreRight(t *testing.T) {
	for _, r := range []struct {
		name           string
		dir            func(*testing.T) string
		told           bool
		right, harmful float64
	}{
		{"slice", func(*testing.T) string { return slice }, false, 95, 2.5},
		{"slice, told the samples", func(*testing.T) string { return slice }, true, 95, 2.5},
		{"all", publishedCurves, false, 95, 1.25},
		{"all, told the samples", publishedCurves, true, 97, .84},
	} {
		t.Run(r.name, func(t *testing.T) {
			s := scoreOf(t, r.dir(t), r.told)
			if s.rightShare() < r.right || s.harmfulShare() > r.harmful {
				t.Errorf("%s; want at least %g%% and at most %g%%\n%s", s.summary(), r.right, r.harmful, strings.Join(s.mistakes, "\n"))
			}
		})
	}
}

func TestThePageHasTheScores(t *testing.T) {
	dir := publishedCurves(t)
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	want, err := replaced(string(text), report(scoreOf(t, dir, false), scoreOf(t, dir, true)))
	if err != nil {
		t.Fatal(err)
	}
	if want != string(text) {
		t.Errorf("%s is not up to date: go run ./internal/tools/verdict -doc docs/overfitting.md ../shared/curves", page)
	}
}
