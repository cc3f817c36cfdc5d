package models_test

import (
	"bytes"
	"embed"
	"fmt"
	"os"

	"github.com/rhyton/rhyton/models"
)

//go:embed testdata/float.keras
var files embed.FS

// Load a model that is embedded in the program.
func ExampleLoadFS() {
	m, err := models.LoadFS(files, "testdata/float.keras")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.ClassName(), m.CountParams())
	// Output: Functional 229
}

// Load a model from memory, for example one received over a network or read from an archive.
func ExampleRead() {
	data, err := os.ReadFile("testdata/float.keras")
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := models.Read(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.ClassName(), m.CountParams())
	// Output: Functional 229
}
