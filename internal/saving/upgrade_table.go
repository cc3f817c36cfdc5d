package saving

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/metrics"
)

// A change describes a change to classes of objects in a version of Keras.
type change struct {
	before  [2]int   // the first version that needs no change
	classes []string // nil: all

	class  string            // current name of the class; "": unchanged
	rename map[string]string // arguments
	drop   []string          // arguments that do not affect the result
	only   jsonObject        // arguments with a single supported value, which is now the default
	set    jsonObject        // arguments that did not exist, and their implied values
	do     func(o, conf jsonObject) error
}

func (c *change) concerns(class string) bool {
	return c.classes == nil || slices.Contains(c.classes, class)
}

// apply changes the object o of configuration conf.
func (c *change) apply(o, conf jsonObject) error {
	for _, name := range c.drop {
		delete(conf, name)
	}
	for name, value := range c.only {
		if got, given := conf[name]; given && got != nil && !sameJSON(got, value) {
			return fmt.Errorf("%s=%v is not supported; only %v is", name, got, value)
		}
		delete(conf, name)
	}
	for old, name := range c.rename {
		if value, given := conf[old]; given {
			delete(conf, old)
			conf[name] = value
		}
	}
	for name, value := range c.set {
		if _, given := conf[name]; !given {
			conf[name] = value
		}
	}
	if c.do != nil {
		if err := c.do(o, conf); err != nil {
			return err
		}
	}
	if c.class != "" {
		o["class_name"] = c.class
	}
	return nil
}

// sameJSON compares values by their JSON form.
func sameJSON(a, b any) bool {
	x, err := json.Marshal(a)
	if err != nil {
		return false
	}
	y, err := json.Marshal(b)
	return err == nil && string(x) == string(y)
}

var (
	recurrent = []string{"SimpleRNN", "GRU", "LSTM", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "CuDNNLSTM", "CuDNNGRU"}
	optimizer = []string{"SGD", "RMSprop", "Adam", "AdamW", "Adadelta", "Adagrad", "Adamax", "Nadam", "Ftrl", "Lion", "Adafactor"}
)

// keras3 is the first version of Keras 3; rows with it apply to Keras 2 files.
var keras3 = [2]int{3, 0}

// always is later than any version.
var always = [2]int{1 << 30, 0}

// changes lists the changes in the order in which they are applied.
var changes = []change{
	// Layers.
	{before: keras3, classes: []string{"InputLayer"}, rename: map[string]string{"batch_input_shape": "batch_shape"}},
	{before: keras3, drop: []string{"batch_input_shape", "build_input_shape"}, do: policyName},
	{before: keras3, classes: []string{"Embedding"}, drop: []string{"input_length"}},
	{before: keras3, classes: []string{"BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization"},
		class: "BatchNormalization", only: jsonObject{"renorm": false, "virtual_batch_size": nil, "adjustment": nil},
		drop: []string{"fused", "renorm_clipping", "renorm_momentum", "trainable_stats"}, do: singleAxis},
	{before: keras3, do: hardSigmoid},
	{before: keras3, classes: []string{"ThresholdedReLU"}, class: "ReLU", rename: map[string]string{"theta": "threshold"}},
	{before: keras3, classes: []string{"LocallyConnected1D", "LocallyConnected2D"}, only: jsonObject{"implementation": json.Number("1")}},
	{before: keras3, classes: []string{"LeakyReLU"}, rename: map[string]string{"alpha": "negative_slope"}},
	{before: keras3, classes: recurrent, only: jsonObject{"time_major": false}, drop: []string{"implementation", "use_cudnn", "input_dim", "input_length"}},
	{before: keras3, classes: []string{"SimpleRNNCell", "GRUCell", "LSTMCell", "PeepholeLSTMCell"}, drop: []string{"implementation"}},
	{before: keras3, classes: []string{"GRU", "GRUCell"}, set: jsonObject{"reset_after": false}},
	{before: keras3, classes: []string{"CuDNNLSTM"}, class: "LSTM", set: jsonObject{"recurrent_activation": "sigmoid", "activation": "tanh"}},
	{before: keras3, classes: []string{"CuDNNGRU"}, class: "GRU", set: jsonObject{"recurrent_activation": "sigmoid", "activation": "tanh", "reset_after": true}},
	{before: keras3, classes: []string{"DepthwiseConv1D", "DepthwiseConv2D", "DepthwiseConv3D"}, only: jsonObject{"groups": json.Number("1")},
		drop: []string{"kernel_initializer", "kernel_regularizer", "kernel_constraint", "filters"}},
	{before: keras3, classes: []string{"SeparableConv1D", "SeparableConv2D"}, only: jsonObject{"groups": json.Number("1")},
		drop: []string{"kernel_initializer", "kernel_regularizer", "kernel_constraint"}},
	{before: keras3, classes: []string{"Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"}, only: jsonObject{"groups": json.Number("1")}},
	{before: keras3, classes: []string{"SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"}, drop: []string{"noise_shape"}},
	{before: keras3, classes: []string{"MultiHeadAttention"}, drop: []string{"query_shape", "key_shape", "value_shape", "softmax_robust_masking"}},
	{before: keras3, classes: []string{"RandomBrightness", "RandomContrast", "RandomCrop", "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom"}, drop: []string{"rng_type"}},
	{before: keras3, classes: []string{"TextVectorization", "StringLookup"}, do: stringPolicy},

	// Initializers. Keras has two names for each of these classes.
	{before: always, classes: []string{"OrthogonalInitializer"}, class: "Orthogonal"},
	{before: always, classes: []string{"IdentityInitializer"}, class: "Identity"},
	{before: keras3, classes: []string{"Zeros", "Ones", "Constant", "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Orthogonal",
		"OrthogonalInitializer", "Identity", "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform"}, drop: []string{"dtype", "partition_info"}},
	{before: keras3, classes: []string{"VarianceScaling"}, do: truncatedNormal},

	// Losses and metrics.
	{before: keras3, classes: []string{"MeanMetricWrapper"}, do: wrappedMetric},
	{before: keras3, drop: []string{"fn"}, do: autoReduction},

	// Optimizers.
	{before: keras3, classes: optimizer, rename: map[string]string{"lr": "learning_rate"}, drop: []string{"jit_compile", "is_legacy_optimizer"}, do: decayingRate},
	{before: keras3, classes: []string{"Adadelta", "Adamax", "Nadam", "Adam", "RMSprop", "Adagrad"}, drop: []string{"schedule_decay"}},
}

// policyName replaces a dtype policy object by its name.
func policyName(o, conf jsonObject) error {
	policy, _ := conf["dtype"].(jsonObject)
	if policy == nil {
		return nil
	}
	inner, _ := policy["config"].(jsonObject)
	name, ok := inner["name"].(string)
	if !ok {
		return fmt.Errorf("dtype: %v; want the name of a type or a policy", conf["dtype"])
	}
	conf["dtype"] = name
	return nil
}

// hardSigmoid handles the hard_sigmoid of Keras 2, which is x/5 + 1/2, clipped to [0, 1].
func hardSigmoid(o, conf jsonObject) error {
	for name, v := range conf {
		if !strings.HasSuffix(name, "activation") {
			continue
		}
		if f, ok := v.(jsonObject); ok && f["config"] == "hard_sigmoid" {
			v = "hard_sigmoid"
		}
		if v == "hard_sigmoid" {
			conf[name] = jsonObject{"class_name": "HardSigmoid2", "config": jsonObject{}, "registered_name": "rhyton>HardSigmoid2"}
		}
	}
	return nil
}

// stringPolicy removes the dtype "string" of text layers, which have no numeric dtype policy.
func stringPolicy(o, conf jsonObject) error {
	if conf["dtype"] == "string" {
		delete(conf, "dtype")
	}
	return nil
}

// singleAxis unwraps an axis in a list of one.
func singleAxis(o, conf jsonObject) error {
	list, _ := conf["axis"].([]any)
	switch len(list) {
	case 0:
	case 1:
		conf["axis"] = list[0]
	default:
		return fmt.Errorf("axis=%v is not supported; only one axis is", list)
	}
	return nil
}

// truncatedNormal handles the former normal initializers, which were always truncated.
func truncatedNormal(o, conf jsonObject) error {
	if conf["distribution"] == "normal" {
		conf["distribution"] = "truncated_normal"
	}
	return nil
}

// autoReduction handles the loss reduction "auto", which is the sum over the batch divided by its
// size.
func autoReduction(o, conf jsonObject) error {
	if conf["reduction"] == "auto" {
		conf["reduction"] = "sum_over_batch_size"
	}
	return nil
}

// wrappedMetric converts the mean of a function to the metric of that function.
func wrappedMetric(o, conf jsonObject) error {
	name, ok := conf["fn"].(string)
	if !ok {
		return fmt.Errorf("fn=%v; want the name of a function", conf["fn"])
	}
	m, err := metrics.Parse(name)
	if err != nil {
		return err
	}
	o["class_name"] = config.ClassOf(m)
	return nil
}

// decayingRate converts the argument decay to the equivalent schedule: rate/(1 + decay·step).
func decayingRate(o, conf jsonObject) error {
	decay, given := conf["decay"]
	delete(conf, "decay")
	if n, ok := decay.(json.Number); ok {
		x, err := n.Float64()
		if err != nil {
			return err
		}
		given = x != 0
	}
	if !given || decay == nil {
		return nil
	}
	conf["learning_rate"] = jsonObject{"module": "keras.optimizers.schedules", "class_name": "InverseTimeDecay", "config": jsonObject{
		"initial_learning_rate": conf["learning_rate"], "decay_steps": json.Number("1"), "decay_rate": decay, "staircase": false, "name": "InverseTimeDecay"}}
	return nil
}
