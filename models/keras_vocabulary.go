package models

import (
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/layers"
)

// maxVocabulary bounds the file of a vocabulary in an archive.
const maxVocabulary = 256 << 20

// loadVocabularies gives adapted layers of text their vocabularies, which Keras keeps beside
// the configuration: assets/layers/string_lookup/vocabulary.txt.
func (a *archive) loadVocabularies(m *Model) error {
	_, err := graph.Trace(func(g *graph.Graph) []*graph.Node { // which reports a model that is none
		if err := a.vocabulariesOf(m, "assets/"); err != nil {
			graph.Errorf("%v", err)
		}
		return []*graph.Node{g.Const(graph.Float32, 0)}
	})
	return err
}

func (a *archive) vocabulariesOf(m *Model, prefix string) error {
	used := map[string]int{}
	for _, l := range m.topLayers() {
		name := config.Snake(classOf(l))
		used[name]++
		if n := used[name]; n > 1 {
			name = fmt.Sprintf("%s_%d", name, n-1)
		}
		path := prefix + "layers/" + name + "/"
		if sub, ok := l.(*Model); ok {
			if err := a.vocabulariesOf(sub, path); err != nil {
				return err
			}
		}
		v, ok := l.(layers.VocabularyLayer)
		if path += "vocabulary.txt"; !ok || v.HasVocabulary() || a.members[path] == nil {
			continue
		}
		text, err := a.read(path, maxVocabulary)
		if err == nil {
			err = v.SetVocabulary(strings.Split(string(text), "\n"))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}
