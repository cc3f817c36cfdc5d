// Command kerasdoc writes docs/keras.md, which lists the Rhyton name for each public name of Keras.
// Classes come from the registries that read Keras files, operations from the table that runs the
// recorded results of Keras, and the rest from the packages' exported names, so the page stays in
// sync with the code.
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
