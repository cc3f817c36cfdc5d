package layers_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// kerasPipeline is keras.saving.serialize_keras_object(keras.layers.Pipeline(
// [keras.layers.Rescaling(0.5), keras.layers.RandomFlip()], name="p")) of Keras 3.15.
const kerasPipeline = `{"module": "keras.layers", "class_name": "Pipeline", "config": {"layers": [
{"module": "keras.layers", "class_name": "Rescaling", "config": {"name": "rescaling", "trainable": true, "dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": null}, "scale": 0.5, "offset": 0.0}, "registered_name": null},
{"module": "keras.layers", "class_name": "RandomFlip", "config": {"name": "random_flip", "trainable": true, "dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": null}, "data_format": "channels_last", "seed": null, "mode": "horizontal_and_vertical"}, "registered_name": null}],
"name": "p"}, "registered_name": null}`

func TestPipelineIsReadAndWrittenAsKerasDoes(t *testing.T) {
	l, err := layers.FromJSON([]byte(kerasPipeline))
	if err != nil {
		t.Fatal(err)
	}
	p := l.(*layers.Pipeline)
	if flip, ok := p.Layers[1].(*layers.RandomFlip); !ok || flip.Mode != layers.FlipBoth || p.Name != "p" {
		t.Errorf("read as %+v", p)
	}
	raw, err := layers.ToJSON(p)
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	json.Unmarshal([]byte(kerasPipeline), &want)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("written as %s", raw)
	}
	y := drawn(t, p, false, 1, tensor.Of([]float32{2, 4, 6, 8}, 1, 2, 2, 1))
	if !slices.Equal(elements(y), []float32{1, 2, 3, 4}) {
		t.Errorf("outside training: %v", y)
	}
}

func TestPipelineTransformsOnTheHost(t *testing.T) {
	p := &layers.Pipeline{Layers: []layers.Module{&layers.StringLookup{Vocabulary: []string{"a", "b"}}, &layers.CategoryEncoding{NumTokens: 3}}}
	y, err := p.Transform(tensor.Of([]string{"b", "z"}, 2, 1))
	if err != nil || !y.Equal(tensor.Of([]float32{0, 0, 1, 1, 0, 0}, 2, 3)) {
		t.Errorf("%v, %v", y, err)
	}
	p = &layers.Pipeline{Layers: []layers.Module{&layers.Rescaling{}, &layers.RandomFlip{}}}
	if _, err := p.Transform(tensor.New(tensor.Float32, 1, 2)); err == nil || !strings.Contains(err.Error(), "layer 1, a RandomFlip, has no Transform") {
		t.Errorf("got %v", err)
	}
}
