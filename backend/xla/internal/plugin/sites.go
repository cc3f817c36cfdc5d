package plugin

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Cache returns the folder where internal/tools/getplugin unpacks wheels: rhyton/pjrt in the user's
// cache folder.
func Cache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "rhyton", "pjrt")
}

// Sites returns the existing folders where wheels are unpacked, nearest first: the active virtual or
// conda environment, PYTHONPATH, the python3 on PATH, the user's, [Cache], pyenv's and the system's.
// If there are several Pythons in one place, the newest comes first.
func Sites() []string {
	home, _ := os.UserHomeDir()
	prefixes := []string{os.Getenv("VIRTUAL_ENV"), os.Getenv("CONDA_PREFIX")}
	prefixes = append(prefixes, pythonPrefixes()...)
	later := []string{
		"/usr/local", "/usr", "/opt/conda", "/opt/homebrew", "/Library/Frameworks/Python.framework/Versions/Current",
	}
	if home != "" {
		pyenv := cmp.Or(os.Getenv("PYENV_ROOT"), filepath.Join(home, ".pyenv"))
		later = slices.Concat(matches(filepath.Join(pyenv, "versions", "*")), []string{
			filepath.Join(home, "miniconda3"), filepath.Join(home, "anaconda3"), filepath.Join(home, "miniforge3"),
		}, later)
	}
	var out []string
	add := func(dirs ...string) {
		for _, d := range dirs {
			if info, err := os.Stat(d); d != "" && err == nil && info.IsDir() && !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	for _, p := range prefixes {
		add(below(p)...)
	}
	add(filepath.SplitList(os.Getenv("PYTHONPATH"))...)
	if home != "" {
		add(below(filepath.Join(home, ".local"))...)
		add(matches(filepath.Join(home, "Library/Python/3*/lib/python/site-packages"))...)
		add(matches(filepath.Join(home, "AppData/Roaming/Python/Python3*/site-packages"))...)
	}
	add(Cache())
	for _, p := range later {
		add(below(p)...)
	}
	return out
}

// below returns the site-packages folders of the Pythons installed under prefix.
func below(prefix string) []string {
	if prefix == "" {
		return nil
	}
	return slices.Concat(
		matches(filepath.Join(prefix, "lib", "python3*", "site-packages")),
		matches(filepath.Join(prefix, "lib", "python3*", "dist-packages")),
		matches(filepath.Join(prefix, "Lib", "site-packages")),
	)
}

// pythonPrefixes returns the prefixes where the python3 on PATH may be installed: that of the link
// and that of its target.
func pythonPrefixes() []string {
	exe, err := exec.LookPath("python3")
	if err != nil {
		return nil
	}
	out := []string{filepath.Dir(filepath.Dir(exe))}
	if real, err := filepath.EvalSymlinks(exe); err == nil {
		out = append(out, filepath.Dir(filepath.Dir(real)))
	}
	return out
}

var digits = regexp.MustCompile(`\d+`)

// matches returns a pattern's folders, higher versions first: 3.12 before 3.9.
func matches(pattern string) []string {
	m, _ := filepath.Glob(pattern)
	slices.SortFunc(m, func(a, b string) int {
		x, y := digits.FindAllString(a, -1), digits.FindAllString(b, -1)
		order := slices.CompareFunc(x, y, func(s, t string) int {
			n, _ := strconv.Atoi(s)
			k, _ := strconv.Atoi(t)
			return k - n
		})
		return cmp.Or(order, strings.Compare(a, b))
	})
	return m
}
