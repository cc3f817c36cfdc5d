// Command verdict scores the verdicts on learning curves whose truth is known: a folder of CSV files
// and labels.json, such as internal/tools/curves writes.
//
//	go run ./internal/tools/verdict [-told] [-v] DIR          prints the score and the confusion matrix
//	go run ./internal/tools/verdict -doc docs/overfitting.md DIR   writes them into the page
//
// With -told a verdict also receives what Fit would provide: the number of samples and, for a
// classification, the loss of guessing.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	told := flag.Bool("told", false, "tell the verdicts the numbers of samples and the loss of guessing")
	verbose := flag.Bool("v", false, "print each verdict that is not right")
	doc := flag.String("doc", "", "page to write the scores into, between its markers")
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("usage: verdict [-told] [-v] [-doc PAGE] DIR")
	}
	if err := run(flag.Arg(0), *told, *verbose, *doc); err != nil {
		log.Fatal(err)
	}
}

func run(dir string, told, verbose bool, doc string) error {
	s, err := judge(dir, told)
	if err != nil {
		return err
	}
	if doc != "" {
		alone, err := judge(dir, false)
		if err != nil {
			return err
		}
		if s, err = judge(dir, true); err != nil {
			return err
		}
		return writeDoc(doc, alone, s)
	}
	if verbose {
		for _, m := range s.mistakes {
			fmt.Println(m)
		}
	}
	fmt.Printf("%s\n%s", s.summary(), s.matrix())
	return nil
}

func writeDoc(path string, alone, told score) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err := replaced(string(page), report(alone, told))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
