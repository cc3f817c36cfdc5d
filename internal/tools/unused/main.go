// Command unused lists the exported names of the module's internal packages that are never used:
// functions, types, variables, constants and methods.
//
//	go run ./internal/tools/unused
//
// Internal packages can't be imported from outside the module, so unused names can be removed. A
// use is a reference outside the name's own declaration and outside the tests of its own package:
// names called only by those tests are unused. A method also counts as used if an interface has a
// method with the same name, and a name if a file for another platform contains the word. The
// command exits with 1 if it finds unused names.
package main

import (
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strings"
)

func main() {
	log.SetFlags(0)
	flag.Parse()
	names, err := unused(flag.Args()...)
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range names {
		fmt.Println(name)
	}
	if len(names) > 0 {
		fmt.Fprintf(os.Stderr, "%d exported names of internal packages are unused: remove them, or move what only tests need into the tests\n", len(names))
		os.Exit(1)
	}
}

// unused returns the unused names of the packages that match the patterns, each with the position
// of its declaration. Without patterns it checks all packages.
func unused(patterns ...string) ([]string, error) {
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	packages, err := load(patterns)
	if err != nil {
		return nil, err
	}
	s := scanner{declared: map[string]string{}, used: map[string]bool{
		anywhere + "Is": true, anywhere + "As": true, anywhere + "Unwrap": true, // looked up by package errors
	}}
	for _, p := range packages {
		if err := s.scan(p); err != nil {
			return nil, err
		}
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(s.declared)) {
		last := name[strings.LastIndex(name, ".")+1:]
		if !s.used[name] && !s.used[anywhere+last] {
			list = append(list, s.declared[name]+": "+name)
		}
	}
	return list, nil
}
