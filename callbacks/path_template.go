package callbacks

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rhyton/rhyton/internal/config"
)

// A pathTemplate is a path with placeholders such as {epoch:02d} and {val_loss:.4f}, in the
// syntax of Python's str.format.
type pathTemplate struct {
	text   string
	fields []field
}

// A field is a literal prefix followed by one placeholder of a template.
type field struct {
	literal string
	name    string // empty at the end of the template
	zero    bool   // pad with zeros
	width   int
	prec    int  // -1: none
	verb    byte // d f e g or 0
}

var fieldSyntax = regexp.MustCompile(`^([A-Za-z_][\w./-]*)(?::(0?)(\d{0,3})(?:\.(\d{1,2}))?([dfeg]?))?$`)

// parseTemplate parses text; {{ and }} are literal braces.
func parseTemplate(text string) (pathTemplate, error) {
	t := pathTemplate{text: text}
	var lit strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case (c == '{' || c == '}') && i+1 < len(text) && text[i+1] == c:
			lit.WriteByte(c)
			i++
		case c == '{':
			n := strings.IndexByte(text[i:], '}')
			if n < 0 {
				return t, fmt.Errorf("path %q: no } after {", text)
			}
			f, err := parseField(text[i+1 : i+n])
			if err != nil {
				return t, fmt.Errorf("path %q: %w", text, err)
			}
			f.literal = lit.String()
			lit.Reset()
			t.fields = append(t.fields, f)
			i += n
		case c == '}':
			return t, fmt.Errorf("path %q: } without {", text)
		default:
			lit.WriteByte(c)
		}
	}
	t.fields = append(t.fields, field{literal: lit.String()})
	return t, nil
}

func parseField(s string) (field, error) {
	m := fieldSyntax.FindStringSubmatch(s)
	if m == nil {
		return field{}, fmt.Errorf("{%s}: want a name and a format, such as {epoch:02d} or {val_loss:.4f}", s)
	}
	f := field{name: m[1], zero: m[2] != "", prec: -1}
	f.width, _ = strconv.Atoi(m[3])
	if m[4] != "" {
		f.prec, _ = strconv.Atoi(m[4])
	}
	if m[5] != "" {
		f.verb = m[5][0]
	}
	whole := f.name == "epoch" || f.name == "batch"
	if whole && f.prec >= 0 && (f.verb == 0 || f.verb == 'd') {
		return f, fmt.Errorf("{%s}: %s is a whole number, which has no decimals", s, f.name)
	}
	if !whole && f.verb == 'd' {
		return f, fmt.Errorf("{%s}: %s is not an integer: use a format such as .4f", s, f.name)
	}
	return f, nil
}

// check returns an error if a placeholder is not among the known names; nil means that any log is
// allowed.
func (t pathTemplate) check(batches bool, known []string) error {
	for _, f := range t.fields {
		switch {
		case f.name == "" || f.name == "epoch" || (f.name == "batch" && batches):
		case f.name == "batch":
			return fmt.Errorf("path %q: {batch} has a value only with SaveFreq", t.text)
		case known != nil && !slices.Contains(known, f.name):
			return fmt.Errorf("path %q: there is no log %q%s; the logs are %s", t.text, f.name, config.Suggest(f.name, known), strings.Join(known, ", "))
		}
	}
	return nil
}

// usesLogs reports whether the path depends on a log.
func (t pathTemplate) usesLogs() bool {
	return slices.ContainsFunc(t.fields, func(f field) bool { return f.name != "" && f.name != "epoch" && f.name != "batch" })
}

// fill returns the path for an epoch and batch, both counted from 1.
func (t pathTemplate) fill(epoch, batch int, logs Logs) (string, error) {
	var b strings.Builder
	for _, f := range t.fields {
		b.WriteString(f.literal)
		switch f.name {
		case "":
		case "epoch":
			b.WriteString(f.whole(epoch))
		case "batch":
			b.WriteString(f.whole(batch))
		default:
			v, ok := logs[f.name]
			if !ok {
				names := logs.Names()
				return "", fmt.Errorf("path %q: there is no log %q%s; the logs are %s", t.text, f.name, config.Suggest(f.name, names), strings.Join(names, ", "))
			}
			b.WriteString(f.real(v))
		}
	}
	return b.String(), nil
}

func (f field) whole(n int) string {
	if f.verb != 0 && f.verb != 'd' {
		return f.real(float64(n))
	}
	return f.pad(strconv.Itoa(n))
}

func (f field) real(v float64) string {
	switch {
	case f.verb == 0 && f.prec < 0:
		return f.pad(exact(v))
	case f.verb == 0:
		return f.pad(strconv.FormatFloat(v, 'g', f.prec, 64))
	case f.prec < 0:
		return f.pad(strconv.FormatFloat(v, f.verb, 6, 64))
	}
	return f.pad(strconv.FormatFloat(v, f.verb, f.prec, 64))
}

// pad pads s on the left to the width of the field.
func (f field) pad(s string) string {
	n := f.width - len(s)
	switch {
	case n <= 0:
		return s
	case !f.zero:
		return strings.Repeat(" ", n) + s
	case s[0] == '-':
		return "-" + strings.Repeat("0", n) + s[1:]
	}
	return strings.Repeat("0", n) + s
}
