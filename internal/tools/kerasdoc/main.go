// Command kerasdoc writes docs/keras.md: what each public name of Keras is called here. Classes
// come from the registries that read Keras' files, operations from the table that runs Keras'
// recorded results, the rest from the packages' exported names, so that it cannot drift.
//
// Run it in the root of the repository.
package main

import (
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	text, err := document(".")
	if err == nil {
		err = os.WriteFile("docs/keras.md", text, 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
}
