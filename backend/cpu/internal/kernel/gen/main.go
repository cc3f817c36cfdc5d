// Command gen writes the assembly of package kernel with avo. It is a module of
// its own so that users of the framework do not depend on avo.
//
//	go run . -family gemm -out ../gemm_amd64.s -stubs ../gemm_amd64.go -pkg kernel
//	go run . -arch arm64 -family gemm -out ../gemm_arm64.s -stubs ../gemm_arm64.go -pkg kernel
package main

import (
	"flag"
	"go/format"
	"log"
	"os"
	"path/filepath"

	. "github.com/mmcloughlin/avo/build"
)

var (
	family = flag.String("family", "", "which kernels to write")
	arch   = flag.String("arch", "amd64", "for which architecture: amd64 or arm64")
	dir    = flag.String("dir", "..", "where the Go tables go")
)

var families = map[string]func(){
	"gemm":        gemmFamily,
	"elementwise": elementwiseFamily,
	"rows":        rowsFamily,
	"cols":        colsFamily,
	"optimizer":   optimizerFamily,
	"rnn":         rnnFamily,
	"depthwise":   depthwiseFamily,
	"winograd":    winogradFamily,
	"philox":      philoxFamily,
	"pooling":     poolingFamily,
	"scatter":     scatterFamily,
	"blocks":      blocksFamily,
	"half":        halfFamily,
	"pairs":       pairsFamily,
	"amx":         amxFamily,
}

// amd64Alone are the families that other architectures have in portable Go or not at all.
var amd64Alone = map[string]bool{"half": true, "pairs": true, "amx": true}

func main() {
	flag.Parse()
	write, ok := families[*family]
	if !ok {
		log.Fatalf("gen: no family %q", *family)
	}
	ConstraintExpr(*arch)
	write()
	Generate()
	if *arch == "arm64" {
		translateFile(flag.Lookup("out").Value.String())
	}
}

// writeGo writes a formatted Go file of the architecture into package kernel.
func writeGo(name, text string) {
	src, err := format.Source([]byte(text))
	if err != nil {
		log.Fatal(err)
	}
	writeFile(name+"_"+*arch+".go", string(src))
}

func writeFile(name, text string) {
	if err := os.WriteFile(filepath.Join(*dir, name), []byte(text), 0o644); err != nil {
		log.Fatal(err)
	}
}
