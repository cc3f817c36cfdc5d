package layers

// rewire returns values computed like vs with some layers replaced: replace returns the layer to
// apply instead of l, or l itself. Inputs are unchanged.
func rewire(vs []*Value, replace func(l Module) Module) []*Value {
	done := map[*Call]*Call{}
	var again func(c *Call) *Call
	again = func(c *Call) *Call {
		if done[c] != nil || c.input != nil {
			if c.input != nil {
				return c
			}
			return done[c]
		}
		n := *c
		done[c] = &n
		n.From = make([]*Value, len(c.From))
		for i, v := range c.From {
			n.From[i] = &Value{call: again(v.call), index: v.index}
		}
		if c.Layer != nil {
			n.Layer = replace(c.Layer)
		}
		return &n
	}
	out := make([]*Value, len(vs))
	for i, v := range vs {
		out[i] = &Value{call: again(v.call), index: v.index}
	}
	return out
}
