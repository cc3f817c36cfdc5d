package layers

import "reflect"

// cloned returns a layer with the same configuration and new weights. Layers among its fields
// are cloned too.
func cloned(l Module) Module {
	old := reflect.ValueOf(l).Elem()
	c := reflect.New(old.Type())
	for i := range old.NumField() {
		if f := old.Type().Field(i); f.IsExported() && f.Type != reflect.TypeFor[Base]() {
			c.Elem().Field(i).Set(clonedField(old.Field(i)))
		}
	}
	out := c.Interface().(Module)
	from, to := l.state(), out.state()
	to.Frozen, to.Policy = from.Frozen, from.Policy
	return out
}

func clonedField(v reflect.Value) reflect.Value {
	if l, ok := v.Interface().(Module); ok && !v.IsNil() {
		return reflect.ValueOf(cloned(l))
	}
	if v.Kind() != reflect.Slice || !v.Type().Elem().Implements(reflect.TypeFor[Module]()) {
		return v
	}
	list := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	for i := range v.Len() {
		list.Index(i).Set(clonedField(v.Index(i)))
	}
	return list
}
