package layers

// PartOf returns what Keras calls a layer within the one that is made of it, such as "cell"
// or "forward_layer": so files that Keras saves name its weights. It is "" where the parent
// has no such name for it.
func PartOf(parent, child Stateful) string {
	if p, ok := parent.(interface{ part(child Stateful) string }); ok {
		return p.part(child)
	}
	return ""
}
