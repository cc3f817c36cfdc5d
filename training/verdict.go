package training

// A Verdict is what the learning curves of a run say about it.
type Verdict struct{}
